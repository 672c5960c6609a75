//! The right to ask a generation, registered until it is dropped.

use std::sync::Arc;

use super::Generation;

/// A request or a connection that a generation must see to its end.
#[derive(Debug)]
pub(crate) struct Claim {
    generation: Arc<Generation>,
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Request,
    Upgraded,
}

impl Claim {
    /// Registers a request. Only the router may, under the lock that also guards the route.
    pub(super) fn request(generation: Arc<Generation>) -> Self {
        generation.begin_request();
        Self { generation, kind: Kind::Request }
    }

    /// Registers a raw connection. Only the router may.
    pub(super) fn connection(generation: Arc<Generation>) -> Self {
        generation.begin_upgraded();
        Self { generation, kind: Kind::Upgraded }
    }

    pub(crate) fn generation(&self) -> &Arc<Generation> {
        &self.generation
    }

    /// The request has become an upgraded connection.
    pub(crate) fn into_upgraded(self) -> Self {
        Self::connection(Arc::clone(&self.generation))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        match self.kind {
            Kind::Request => self.generation.end_request(),
            Kind::Upgraded => self.generation.end_upgraded(),
        }
    }
}
