//! An edit on offer: which of a project's files it is about, and what compose will make of it.

use std::path::Path;

use phoenix_engine::{
    in_a_sentence,
    ports::{ComposeOffer, NoOffer},
    wording::{Wording, wording},
};
use phoenix_plan::{
    observed::{Container, compose_labels},
    policy::HashChange,
};

use super::{Edit, EditRefused, Origin, cli::Cli, file};

/// The edit of the one file that it is about; nothing when no file needs it.
pub(super) async fn offer(
    from: &Origin,
    container: &Container,
    edit: impl Fn(&str) -> Result<Edit, EditRefused>,
) -> Result<Option<ComposeOffer>, NoOffer> {
    let mut texts = Vec::new();
    for path in &from.files {
        let text = file::read(path).map_err(|error| NoOffer::File(from.complaint(&error)))?;
        texts.push((path.as_path(), text));
    }
    let Some(EditOf { path, text, edit }) = the_one(from, &texts, edit)? else { return Ok(None) };
    let hash = hash_change(from, container, path, text, &edit.new_text).await?;
    offer_of(path, text, edit, hash, true).map(Some)
}

/// The offer of an edit; a file that cannot be written is a refusal.
pub(super) fn offer_of(
    path: &Path,
    text: &str,
    edit: Edit,
    hash: Option<HashChange>,
    moves_ports: bool,
) -> Result<ComposeOffer, NoOffer> {
    file::writable(path).map_err(|error| refused(path, in_a_sentence(&error)))?;
    Ok(ComposeOffer {
        file: path.display().to_string(),
        diff: edit.diff,
        new_text: edit.new_text,
        made_from: file::fingerprint(text),
        moves_ports,
        hash,
    })
}

/// An edit and the file that it is about.
struct EditOf<'t> {
    path: &'t Path,
    text: &'t str,
    edit: Edit,
}

/// Compose lays the files over each other: an edit must be about one of them only.
fn the_one<'t>(
    from: &Origin,
    texts: &'t [(&Path, String)],
    edit: impl Fn(&str) -> Result<Edit, EditRefused>,
) -> Result<Option<EditOf<'t>>, NoOffer> {
    let of_all = |reason| NoOffer::Refused { file: from.listed(), reason };
    let (mut found, mut done) = (None, false);
    for (path, text) in texts {
        match edit(text) {
            Ok(edit) if found.is_none() => found = Some(EditOf { path, text, edit }),
            Ok(_) => return Err(of_all(several())),
            Err(EditRefused::AlreadyEdited | EditRefused::NotEdited) => done = true,
            Err(EditRefused::NoPorts | EditRefused::NoSuchService(_)) => {}
            Err(
                refusal @ (EditRefused::Unparsable { .. }
                | EditRefused::Shared { .. }
                | EditRefused::Extends { .. }
                | EditRefused::NetworkMode { .. }
                | EditRefused::FlowStyle { .. }
                | EditRefused::Interpolated(_)
                | EditRefused::NotTcp(_)
                | EditRefused::NetworkTaken(_)
                | EditRefused::Unsafe),
            ) => return Err(refused(path, &refusal)),
        }
    }
    match found {
        None if !done => Err(of_all(Wording::from(&EditRefused::NoPorts))),
        found => Ok(found),
    }
}

/// What compose's label becomes, where the container is what the file says and compose's own CLI
/// can tell.
pub(super) async fn hash_change(
    from: &Origin,
    container: &Container,
    path: &Path,
    before: &str,
    after: &str,
) -> Result<Option<HashChange>, NoOffer> {
    let Some(cli) = Cli::find(&from.files, &from.working_dir).await else { return Ok(None) };
    let Some(was) = cli.hash(&from.service, path, before).await else { return Ok(None) };
    let Some(becomes) = cli.hash(&from.service, path, after).await else {
        return Err(refused(
            path,
            wording!("trouble.compose.itself", "compose itself does not accept the edited file"),
        ));
    };
    let stated = container.labels.get(compose_labels::CONFIG_HASH);
    Ok((stated == Some(&was)).then_some(HashChange { from: was, to: becomes }))
}

pub(super) fn refused(path: &Path, reason: impl Into<Wording>) -> NoOffer {
    NoOffer::Refused { file: path.display().to_string(), reason: reason.into() }
}

fn several() -> Wording {
    wording!("trouble.compose.several", "more than one file is about the ports of this service")
}
