//! The settings of a desktop's parts.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use anyhow::Result;

/// The bus: nothing is started through it by name.
pub(super) const BUS: &str = "bus.conf";
/// The notification server.
pub(super) const NOTIFICATIONS: &str = "dunstrc";
/// The text of the button to press, and the title of its notification.
pub(super) const BUTTON: &str = "button";

const MENU: &str = "choose";

/// The window manager: plain, and without a compositor, which would cost a software renderer dear.
const WINDOW_MANAGER: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfwm4" version="1.0">
  <property name="general" type="empty">
    <property name="use_compositing" type="bool" value="false"/>
    <property name="workspace_count" type="int" value="1"/>
  </property>
</channel>
"#;

/// A panel along the top with nothing but a tray at its right end.
const PANEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="28"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/>
        <value type="int" value="2"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="separator">
      <property name="expand" type="bool" value="true"/>
      <property name="style" type="uint" value="0"/>
    </property>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"#;

pub(super) fn write(folder: &Path) -> Result<()> {
    fs::write(folder.join(BUS), bus(folder))?;
    fs::write(folder.join(NOTIFICATIONS), notifications(folder))?;
    fs::write(folder.join(BUTTON), "")?;
    let menu = folder.join(MENU);
    fs::write(&menu, chooser(folder))?;
    fs::set_permissions(&menu, fs::Permissions::from_mode(0o755))?;
    let channels = folder.join("home/.config/xfce4/xfconf/xfce-perchannel-xml");
    fs::create_dir_all(&channels)?;
    fs::write(channels.join("xfwm4.xml"), WINDOW_MANAGER)?;
    fs::write(channels.join("xfce4-panel.xml"), PANEL)?;
    Ok(())
}

fn bus(folder: &Path) -> String {
    let socket = folder.join("run/bus");
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        socket.display()
    )
}

/// Nothing goes away by itself: a test decides when.
fn notifications(folder: &Path) -> String {
    format!(
        "[global]\n    dmenu = {}\n    offset = 10x40\n    enable_recursive_icon_lookup = false\n\
         [urgency_low]\n    timeout = 0\n[urgency_normal]\n    timeout = 0\n\
         [urgency_critical]\n    timeout = 0\n",
        folder.join(MENU).display()
    )
}

/// The server offers lines `#TEXT (SUMMARY) [ID,KEY]`; the last that begins as wanted is taken.
fn chooser(folder: &Path) -> String {
    format!(
        "#!/bin/sh\n\
         wanted=$(cat '{}')\n\
         exec awk -v start=\"$wanted \" 'index($0, start) == 1 {{ chosen = $0 }} \
         END {{ if (chosen) print chosen }}'\n",
        folder.join(BUTTON).display()
    )
}
