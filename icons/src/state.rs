//! What a tray icon can say, and on what it is seen.

/// Edge lengths of the icons for panels, in pixels, ascending: 16, 20, 24 and 32 are what Windows
/// asks for at 100 to 200 %, 22 to 48 what Linux panels do.
pub const TRAY_SIZES: [u32; 6] = [16, 20, 22, 24, 32, 48];

/// Edge lengths of the template images of macOS, in pixels: 18 points at 1x and at 2x.
pub const TEMPLATE_SIZES: [u32; 2] = [18, 36];

/// What the tray icon says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TrayState {
    /// Everything runs and is up to date.
    Healthy,
    /// A newer version is waiting.
    UpdateAvailable,
    /// An update is under way.
    Updating {
        /// How far, in eighths: 0 to 7. More is shown as 7, since what is done is not updating.
        eighths: u8,
    },
    /// Something failed and waits for a person.
    Attention,
    /// The container engine does not answer, so nothing is known.
    Unreachable,
}

impl TrayState {
    /// Every state that has an icon of its own, each step of an update among them.
    pub const ALL: [Self; 12] = [
        Self::Healthy,
        Self::UpdateAvailable,
        Self::Updating { eighths: 0 },
        Self::Updating { eighths: 1 },
        Self::Updating { eighths: 2 },
        Self::Updating { eighths: 3 },
        Self::Updating { eighths: 4 },
        Self::Updating { eighths: 5 },
        Self::Updating { eighths: 6 },
        Self::Updating { eighths: 7 },
        Self::Attention,
        Self::Unreachable,
    ];

    /// The name of its files, as in `updating-3`.
    pub fn name(self) -> String {
        match self {
            Self::Healthy => "healthy".to_owned(),
            Self::UpdateAvailable => "update-available".to_owned(),
            Self::Updating { eighths } => format!("updating-{}", eighths.min(7)),
            Self::Attention => "attention".to_owned(),
            Self::Unreachable => "unreachable".to_owned(),
        }
    }
}

/// The panel behind the icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Panel {
    /// A light panel, which takes dark ink.
    Light,
    /// A dark panel, which takes light ink.
    Dark,
}

impl Panel {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// The name of its folder.
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}
