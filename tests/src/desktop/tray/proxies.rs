//! The two interfaces of a tray icon.

use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

/// Width, height, ARGB in network byte order.
type Pixmap = (i32, i32, Vec<u8>);

#[zbus::proxy(
    interface = "org.kde.StatusNotifierItem",
    assume_defaults = false,
    gen_blocking = false
)]
pub(super) trait Item {
    #[zbus(property(emits_changed_signal = "false"))]
    fn title(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn status(&self) -> zbus::Result<String>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn icon_pixmap(&self) -> zbus::Result<Vec<Pixmap>>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn tool_tip(&self) -> zbus::Result<(String, Vec<Pixmap>, String, String)>;
    #[zbus(property(emits_changed_signal = "false"))]
    fn menu(&self) -> zbus::Result<OwnedObjectPath>;
    fn activate(&self, x: i32, y: i32) -> zbus::Result<()>;
}

#[zbus::proxy(interface = "com.canonical.dbusmenu", assume_defaults = false, gen_blocking = false)]
pub(super) trait Menu {
    fn get_layout(
        &self,
        parent: i32,
        depth: i32,
        properties: &[&str],
    ) -> zbus::Result<(u32, (i32, std::collections::HashMap<String, OwnedValue>, Vec<OwnedValue>))>;
    fn event(&self, id: i32, event: &str, data: &Value<'_>, time: u32) -> zbus::Result<()>;
    fn about_to_show(&self, id: i32) -> zbus::Result<bool>;
}
