//! Where a window goes next to a click in the tray.

/// The part of a screen that panels leave free, in physical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: i32,
    pub(super) top: i32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// Space between window and screen edge or click.
const MARGIN: i32 = 8;

/// The window's upper left corner: centred on the click, below it in the upper half of the screen
/// and above it in the lower, wholly inside the free area of the nearest screen.
pub(super) fn beside(click: (i32, i32), size: (u32, u32), areas: &[Area]) -> Option<(i32, i32)> {
    let area = areas.iter().min_by_key(|area| distance(area, click))?;
    let (width, height) = (signed(size.0), signed(size.1));
    let (right, bottom) = (area.left + signed(area.width), area.top + signed(area.height));
    let in_upper_half = click.1 < area.top + signed(area.height) / 2;
    let y = if in_upper_half { click.1 + MARGIN } else { click.1 - MARGIN - height };
    let inside = |wish: i32, least: i32, most: i32| wish.min(most).max(least);
    Some((
        inside(click.0 - width / 2, area.left + MARGIN, right - width - MARGIN),
        inside(y, area.top + MARGIN, bottom - height - MARGIN),
    ))
}

fn distance(area: &Area, (x, y): (i32, i32)) -> i64 {
    let gap = |at: i32, least: i32, length: u32| {
        let most = least + signed(length);
        i64::from((least - at).max(at - most).max(0))
    };
    gap(x, area.left, area.width) + gap(y, area.top, area.height)
}

fn signed(length: u32) -> i32 {
    i32::try_from(length).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREEN: Area = Area { left: 0, top: 28, width: 1_280, height: 772 };
    const SECOND: Area = Area { left: 1_280, top: 0, width: 1_920, height: 1_080 };

    #[test]
    fn below_a_click_in_a_panel_at_the_top() {
        assert_eq!(beside((640, 14), (440, 660), &[SCREEN]), Some((420, 36)));
    }

    #[test]
    fn inside_the_screen_when_the_icon_is_in_the_corner() {
        assert_eq!(beside((1_275, 14), (440, 660), &[SCREEN]), Some((832, 36)));
    }

    #[test]
    fn above_a_click_in_a_panel_at_the_bottom() {
        let place = beside((640, 1_060), (440, 660), &[Area { height: 1_040, ..SCREEN }]);
        assert_eq!(place, Some((420, 392)));
    }

    #[test]
    fn on_the_screen_that_was_clicked() {
        assert_eq!(beside((2_000, 5), (440, 660), &[SCREEN, SECOND]), Some((1_780, 13)));
    }

    #[test]
    fn a_window_larger_than_the_screen_shows_its_upper_left_corner() {
        assert_eq!(beside((640, 14), (2_000, 2_000), &[SCREEN]), Some((8, 36)));
    }

    #[test]
    fn nowhere_without_a_screen() {
        assert_eq!(beside((1, 1), (440, 660), &[]), None);
    }
}
