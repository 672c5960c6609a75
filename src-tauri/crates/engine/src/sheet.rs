//! What an update would change, before anything is pulled.

use std::time::Duration;

use phoenix_plan::{
    image::{
        ImageChange, ImageReference, Project, Release, ReleaseNote, changes, notes_between,
        project, release_notes,
    },
    service::ServiceId,
    step::Plan,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    World,
    controller::Wishes,
    observe::look,
    ports::{EngineFacts, RemoteImage, Silent},
    room::{Room, room},
    round::policy,
};

/// A sheet is an extra: nobody waits longer for it.
const BOUND: Duration = Duration::from_secs(5);
/// And for what a project says of its releases.
const NOTES_BOUND: Duration = Duration::from_secs(3);

/// What changes from one release to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// What the images give to containers; empty where they are configured alike.
    pub changes: Vec<ImageChange>,
    /// Where the new release's notes can be read: `http` or `https`, without credentials.
    pub notes_url: Option<String>,
    /// What the project says of the releases between the two, newest first; empty where it says
    /// nothing, or not in time.
    pub releases: Vec<ReleaseNote>,
    /// What a pull would fetch at most, in compressed bytes; 0 when the image is on the engine.
    pub download_bytes: Option<u64>,
    /// What that takes on the engine's disk once it is unpacked, estimated; 0 when it is there.
    pub needed_bytes: Option<u64>,
    /// Free bytes where the engine keeps its images; `None` where nobody can say.
    pub free_bytes: Option<u64>,
}

impl Sheet {
    /// The same, with the address that the settings or a label name instead of the image's.
    fn with_changelog(mut self, address: Option<String>) -> Self {
        self.notes_url = address.or(self.notes_url);
        self
    }
}

/// The sheet of a plan, within 5 s, and 3 s for its release notes. Images are read on the engine where
/// it has them, else at their registry by digest. `None` when either image cannot be read: offline,
/// gone, too slow.
pub async fn of(
    world: &World,
    facts: &EngineFacts,
    wishes: &dyn Wishes,
    plan: &Plan,
) -> Option<Sheet> {
    let (sheet, changelog) = tokio::join!(
        between(world, facts, &plan.from, &plan.to),
        changelog(world, wishes, &plan.service)
    );
    sheet.map(|sheet| sheet.with_changelog(changelog))
}

/// Where the settings or the container's labels say that the release notes are.
async fn changelog(world: &World, wishes: &dyn Wishes, service: &ServiceId) -> Option<String> {
    let sighting = look(world, service, &Silent).await.ok()?;
    policy(wishes, &sighting).changelog
}

/// The sheet from one release to another, within the same bounds.
pub async fn between(
    world: &World,
    facts: &EngineFacts,
    from: &Release,
    to: &Release,
) -> Option<Sheet> {
    let (mut sheet, project) =
        tokio::time::timeout(BOUND, told(world, facts, from, to)).await.ok()??;
    if let Some(project) = project {
        let asked = tokio::time::timeout(NOTES_BOUND, world.notes.releases(&project)).await;
        sheet.releases = match asked {
            Ok(Ok(all)) => notes_between(&all, from.version.as_deref(), to.version.as_deref()),
            Ok(Err(error)) => {
                tracing::debug!(%error, "there are no release notes");
                Vec::new()
            }
            Err(_) => Vec::new(),
        };
    }
    Some(sheet)
}

async fn told(
    world: &World,
    facts: &EngineFacts,
    from: &Release,
    to: &Release,
) -> Option<(Sheet, Option<Project>)> {
    let (old, new) =
        tokio::join!(image_of(world, from, &facts.platform), image_of(world, to, &facts.platform));
    let (old, new) = (old?, new?);
    let room = match (&new, &old) {
        (Image::Here(_), _) => Room {
            download_bytes: 0,
            needed_bytes: 0,
            free_bytes: world.engine.free_bytes(facts).await,
        },
        (Image::Offered(remote), Image::Here(local)) => {
            room(world, facts, remote, Some(local)).await
        }
        (Image::Offered(remote), Image::Offered(_)) => room(world, facts, remote, None).await,
    };
    let sheet = Sheet {
        changes: changes(old.document(), new.document()),
        notes_url: release_notes(new.document()),
        download_bytes: Some(room.download_bytes),
        needed_bytes: Some(room.needed_bytes),
        free_bytes: room.free_bytes,
        releases: Vec::new(),
    };
    Some((sheet, project(new.document())))
}

/// Where an image is.
enum Image {
    /// On the engine: its inspect document.
    Here(Value),
    /// At its registry.
    Offered(Box<RemoteImage>),
}

impl Image {
    fn document(&self) -> &Value {
        match self {
            Self::Here(inspect) => inspect,
            Self::Offered(remote) => &remote.config,
        }
    }
}

async fn image_of(world: &World, release: &Release, platform: &str) -> Option<Image> {
    // a container made from an image ID states that as its image
    let named = !release.image.starts_with("sha256:");
    let reference = ImageReference::parse(&release.image).ok().filter(|_| named);
    let exact = match (&reference, &release.digest) {
        (Some(reference), Some(digest)) => Some(reference.at_digest(digest)),
        (Some(_) | None, _) => None,
    };
    let identities = [release.image_id.clone(), exact.as_ref().map(ImageReference::familiar)];
    for name in identities.into_iter().flatten() {
        if let Ok(Some(inspect)) = world.engine.inspect_image(&name).await {
            return Some(Image::Here(inspect));
        }
    }
    // A tag may mean something else by now: only what is known by nothing else is asked by its tag.
    let asked = exact.or_else(|| reference.filter(|_| release.image_id.is_none()))?;
    let remote = world.registry.describe(&asked, platform).await.ok()?;
    Some(Image::Offered(Box::new(remote)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changelog_of_the_settings_comes_before_the_images() {
        let sheet = || Sheet {
            changes: Vec::new(),
            notes_url: Some("https://image.test/".to_owned()),
            releases: Vec::new(),
            download_bytes: None,
            needed_bytes: None,
            free_bytes: None,
        };
        let wanted = Some("https://settings.test/".to_owned());
        assert_eq!(sheet().with_changelog(wanted.clone()).notes_url, wanted);
        assert_eq!(sheet().with_changelog(None).notes_url, sheet().notes_url);
    }
}
