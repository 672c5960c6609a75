//! The committed icons: complete, as drawn now, told apart by shape and seen on their panels.

use std::{fs, io::Cursor, path::Path, sync::LazyLock};

use phoenix_icons::{
    Panel, Pixels, TEMPLATE_SIZES, TRAY_SIZES, TrayState,
    draw::{self, Content},
    png, template, template_png, tray, tray_for,
};

/// How far two renderers may lie apart in one channel: processors round floats differently.
const ROUNDING: u8 = 3;

/// The elements of an ICNS file that are masks of others.
const MASKS: [[u8; 4]; 2] = [*b"s8mk", *b"l8mk"];

/// Every icon as the source draws it now.
static DRAWN: LazyLock<Vec<draw::Drawn>> =
    LazyLock::new(|| draw::files().expect("the source can be drawn"));

/// Typical panels, and which icons are meant for them.
const PANELS: [(Panel, [u8; 3]); 2] = [(Panel::Dark, [0x1f; 3]), (Panel::Light, [0xf5; 3])];

#[test]
fn the_committed_icons_are_those_drawn_from_the_source_now() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for file in DRAWN.iter() {
        let path = root.join(&file.path);
        let committed = pictures(&file.content, &fs::read(&path).unwrap_or_default());
        let drawn = file.content.pictures();
        let same = committed.is_some_and(|committed| {
            committed.len() == drawn.len()
                && committed.iter().zip(drawn).all(|(one, other)| alike(one, other))
        });
        assert!(
            same,
            "{} is not what the source draws: cargo run -p phoenix-icons --features draw",
            path.display()
        );
    }
}

#[test]
fn nothing_lies_among_the_icons_that_is_not_drawn() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["tray/light", "tray/dark", "tray/template", "app"] {
        for entry in fs::read_dir(root.join(folder)).expect("the icons are there") {
            let name = entry.expect("a folder can be listed").file_name();
            let path = format!("{folder}/{}", name.to_string_lossy());
            assert!(DRAWN.iter().any(|file| file.path == path), "nothing draws {path}");
        }
    }
}

#[test]
fn every_state_has_an_icon_of_every_size_for_both_panels() {
    for state in TrayState::ALL {
        for panel in Panel::ALL {
            let edges: Vec<_> =
                tray(state, panel).iter().map(|one| (one.width, one.height)).collect();
            assert_eq!(edges, TRAY_SIZES.map(|size| (size, size)), "{state:?} {panel:?}");
            assert!(TRAY_SIZES.into_iter().all(|size| png(state, panel, size).is_some()));
        }
    }
}

#[test]
fn every_state_has_a_template_of_every_size() {
    for state in TrayState::ALL {
        for size in TEMPLATE_SIZES {
            let image = template(state, size).unwrap_or_else(|| panic!("{state:?} {size}"));
            assert_eq!((image.width, image.height), (size, size));
            assert!(template_png(state, size).is_some());
        }
    }
}

#[test]
fn template_images_are_black_with_alpha_only() {
    for state in TrayState::ALL {
        for size in TEMPLATE_SIZES {
            let image = template(state, size).expect("a template for every state");
            for [red, green, blue, _] in pixels(&image) {
                assert_eq!([red, green, blue], [0; 3], "{state:?} {size}");
            }
        }
    }
}

#[test]
fn states_differ_by_shape_and_not_by_hue_alone() {
    for size in TRAY_SIZES {
        for panel in Panel::ALL {
            let icon = |state| Pixels::decode(png(state, panel, size).unwrap()).unwrap();
            assert_told_apart(icon, &format!("{panel:?} {size}"));
        }
    }
    for size in TEMPLATE_SIZES {
        assert_told_apart(|state| template(state, size).unwrap(), &format!("template {size}"));
    }
}

#[test]
fn the_ink_of_every_icon_is_seen_on_its_panel() {
    for (panel, ground) in PANELS {
        let palette = draw::Palette::on(panel);
        for colour in [palette.ink, palette.update, palette.attention] {
            let contrast = draw::contrast(colour, ground);
            assert!(contrast >= 3.0, "{colour:x?} on {panel:?}: {contrast:.1}");
        }
        for state in TrayState::ALL {
            for image in tray(state, panel) {
                let solid = pixels(&image).filter(|[.., alpha]| *alpha == u8::MAX);
                let seen = solid.filter(|[red, green, blue, _]| {
                    draw::contrast([*red, *green, *blue], ground) >= 3.0
                });
                // A line through the icon is the least that is drawn in full strength.
                let least = usize::try_from(image.width / 2).unwrap();
                assert!(seen.count() >= least, "{state:?} {panel:?} {}", image.width);
            }
        }
    }
}

#[test]
fn an_unknown_size_has_no_file_and_is_served_by_the_next_larger_one() {
    assert_eq!(png(TrayState::Healthy, Panel::Dark, 17), None);
    assert_eq!(template(TrayState::Healthy, 16), None);
    let widths = [1, 17, 28, 40, 300]
        .map(|size| tray_for(TrayState::Healthy, Panel::Dark, size).map(|image| image.width));
    assert_eq!(widths, [Some(16), Some(20), Some(32), Some(48), Some(48)]);
}

#[test]
fn more_than_seven_eighths_look_like_seven() {
    let step = |eighths| png(TrayState::Updating { eighths }, Panel::Light, 22);
    assert_eq!(step(8), step(7));
    assert_ne!(step(7), step(6));
}

#[test]
fn a_linux_panel_gets_alpha_first() {
    let image = Pixels { width: 1, height: 1, rgba: vec![1, 2, 3, 4] };
    assert_eq!(image.argb(), [4, 1, 2, 3]);
}

#[test]
fn all_icons_together_stay_small() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let size = |file: &draw::Drawn| fs::metadata(root.join(&file.path)).map_or(0, |is| is.len());
    let bytes: u64 = DRAWN.iter().map(size).sum();
    assert!(bytes < 500_000, "{bytes} bytes");
}

/// Every picture in a file of the kind of `content`; none when it cannot be read.
fn pictures(content: &Content, bytes: &[u8]) -> Option<Vec<Pixels>> {
    match content {
        Content::Png(_) => Pixels::decode(bytes).ok().map(|image| vec![image]),
        Content::Ico(_) => {
            let folder = ico::IconDir::read(Cursor::new(bytes)).ok()?;
            folder.entries().iter().map(from_ico).collect()
        }
        Content::Icns(_) => {
            let family = icns::IconFamily::read(Cursor::new(bytes)).ok()?;
            let elements = family.elements.iter().filter(|one| !MASKS.contains(&one.ostype.0));
            elements.map(|one| from_icns(&family, one)).collect()
        }
    }
}

/// A picture of an ICNS file, whose mask lies in an element of its own when it is no PNG.
fn from_icns(family: &icns::IconFamily, element: &icns::IconElement) -> Option<Pixels> {
    if element.data.starts_with(b"\x89PNG") {
        return Pixels::decode(&element.data).ok();
    }
    let image = family.get_icon_with_type(element.icon_type()?).ok()?;
    let image = image.convert_to(icns::PixelFormat::RGBA);
    let (width, height) = (image.width(), image.height());
    Some(Pixels { width, height, rgba: image.into_data().into_vec() })
}

fn from_ico(entry: &ico::IconDirEntry) -> Option<Pixels> {
    let image = entry.decode().ok()?;
    let (width, height) = (image.width(), image.height());
    Some(Pixels { width, height, rgba: image.into_rgba_data() })
}

/// Whether two pictures look the same: the colour of what is hardly there does not count.
fn alike(one: &Pixels, other: &Pixels) -> bool {
    let weighed = |[red, green, blue, alpha]: [u8; 4]| {
        let weigh = |channel: u8| u16::from(channel) * u16::from(alpha) / 255;
        [weigh(red), weigh(green), weigh(blue), u16::from(alpha)]
    };
    (one.width, one.height) == (other.width, other.height)
        && pixels(one).map(weighed).zip(pixels(other).map(weighed)).all(|(one, other)| {
            one.iter().zip(&other).all(|(a, b)| a.abs_diff(*b) <= u16::from(ROUNDING))
        })
}

/// Compares alpha, which is what is left of an icon without colour. Of a step of an update a
/// sixteenth of the badge changes; other states differ by far more.
fn assert_told_apart(icon: impl Fn(TrayState) -> Pixels, place: &str) {
    for (index, one) in TrayState::ALL.into_iter().enumerate() {
        for other in TrayState::ALL.into_iter().skip(index + 1) {
            let (first, second) = (icon(one), icon(other));
            let changed = pixels(&first)
                .zip(pixels(&second))
                .filter(|([.., one], [.., other])| one.abs_diff(*other) > 60)
                .count();
            let steps =
                matches!((one, other), (TrayState::Updating { .. }, TrayState::Updating { .. }));
            let area = first.rgba.len() / 4;
            let least = if steps { area / 100 } else { area / 20 };
            assert!(changed >= least, "{one:?} and {other:?} on {place}: {changed} of {area}");
        }
    }
}

fn pixels(image: &Pixels) -> impl Iterator<Item = [u8; 4]> {
    image.rgba.as_chunks::<4>().0.iter().copied()
}
