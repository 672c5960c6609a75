//! Batteries, as the kernel tells of them.

use std::{fs, path::Path};

/// Where the kernel tells of them.
pub(super) const ROOT: &str = "/sys/class/power_supply";

/// The machine's batteries together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Battery {
    /// Whether the machine lives on them.
    pub(super) discharging: bool,
    /// Their mean charge.
    pub(super) percent: u8,
}

/// What is told below `root`; `None` where the machine has no battery. Those of mice and
/// headsets say that they are a device's.
pub(super) fn battery(root: &Path) -> Option<Battery> {
    let supplies = fs::read_dir(root).ok()?;
    let (mut on_mains, mut discharging, mut charges) = (false, false, Vec::new());
    for supply in supplies.flatten() {
        let read = |name: &str| {
            let text = fs::read_to_string(supply.path().join(name)).ok()?;
            Some(text.trim().to_owned())
        };
        if read("scope").as_deref() == Some("Device") {
            continue;
        }
        match read("type").as_deref() {
            Some("Battery" | "UPS") => {
                let charge = read("capacity").and_then(|text| text.parse::<u32>().ok());
                charges.extend(charge.map(|charge| charge.min(100)));
                discharging |= read("status").as_deref() == Some("Discharging");
            }
            Some("Mains" | "USB" | "Wireless") => {
                on_mains |= read("online").is_some_and(|online| online != "0");
            }
            Some(_) | None => {}
        }
    }
    let count = u32::try_from(charges.len()).ok().filter(|count| *count > 0)?;
    let percent = u8::try_from(charges.iter().sum::<u32>() / count).unwrap_or(100);
    Some(Battery { discharging: discharging && !on_mains, percent })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of supplies: each a name with its files.
    fn told(supplies: &[(&str, &[(&str, &str)])]) -> Option<Battery> {
        let root = tempfile::tempdir().unwrap();
        for (name, files) in supplies {
            let supply = root.path().join(name);
            fs::create_dir(&supply).unwrap();
            for (file, text) in *files {
                fs::write(supply.join(file), format!("{text}\n")).unwrap();
            }
        }
        battery(root.path())
    }

    const DISCHARGING: &[(&str, &str)] =
        &[("type", "Battery"), ("status", "Discharging"), ("capacity", "42")];
    const UNPLUGGED: &[(&str, &str)] = &[("type", "Mains"), ("online", "0")];
    const PLUGGED: &[(&str, &str)] = &[("type", "Mains"), ("online", "1")];

    #[test]
    fn a_laptop_that_is_unplugged_lives_on_its_battery() {
        let found = told(&[("BAT0", DISCHARGING), ("AC", UNPLUGGED)]);
        assert_eq!(found, Some(Battery { discharging: true, percent: 42 }));
    }

    #[test]
    fn a_laptop_that_is_plugged_in_does_not_whatever_its_battery_says() {
        let found = told(&[("BAT0", DISCHARGING), ("AC", PLUGGED)]);
        assert_eq!(found, Some(Battery { discharging: false, percent: 42 }));
    }

    #[test]
    fn two_batteries_count_together() {
        let full = [("type", "Battery"), ("status", "Full"), ("capacity", "100")];
        let found = told(&[("BAT0", DISCHARGING), ("BAT1", &full)]);
        assert_eq!(found, Some(Battery { discharging: true, percent: 71 }));
    }

    #[test]
    fn a_mouse_is_no_battery_of_the_machine() {
        let mouse = [
            ("type", "Battery"),
            ("scope", "Device"),
            ("status", "Discharging"),
            ("capacity", "5"),
        ];
        assert_eq!(told(&[("hidpp_battery_0", &mouse), ("AC", PLUGGED)]), None);
    }

    #[test]
    fn a_machine_without_batteries_and_one_that_tells_nothing_have_none() {
        assert_eq!(told(&[("AC", PLUGGED)]), None);
        assert_eq!(battery(Path::new("/nonexistent")), None);
    }

    #[test]
    fn a_battery_that_does_not_say_its_charge_says_nothing() {
        assert_eq!(told(&[("BAT0", &[("type", "Battery"), ("status", "Discharging")])]), None);
    }
}
