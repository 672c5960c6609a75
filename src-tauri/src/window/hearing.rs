//! A page that is being loaded hears nothing: what it is to show then is kept for it.

use crate::ipc::view::Page;

/// Whether the window's page hears what it is told.
#[derive(Debug)]
pub enum Hearing {
    /// It is being loaded, and to show this page afterwards.
    Loading(Option<Page>),
    /// It listens.
    Listening,
}

impl Default for Hearing {
    fn default() -> Self {
        Self::Loading(None)
    }
}

impl Hearing {
    /// A page is wanted: answers what is to be told now.
    pub fn wants(&mut self, page: Page) -> Option<Page> {
        match self {
            Self::Loading(wanted) => {
                *wanted = Some(page);
                None
            }
            Self::Listening => Some(page),
        }
    }

    /// It listens from now on: answers the page that was wanted last.
    pub fn begins(&mut self) -> Option<Page> {
        match std::mem::replace(self, Self::Listening) {
            Self::Loading(wanted) => wanted,
            Self::Listening => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_is_wanted_while_it_loads_is_answered_when_it_listens() {
        let mut hearing = Hearing::default();
        assert_eq!(hearing.wants(Page::Doctor), None);
        assert_eq!(hearing.wants(Page::Settings), None);
        assert_eq!(hearing.begins(), Some(Page::Settings));
        assert_eq!(hearing.begins(), None);
    }

    #[test]
    fn a_page_that_listens_is_told_at_once() {
        let mut hearing = Hearing::default();
        assert_eq!(hearing.begins(), None);
        assert_eq!(hearing.wants(Page::Doctor), Some(Page::Doctor));
    }
}
