//! The edit that moves a service to another image reference, on offer: in the file whose word
//! counts, or in the file of variables.

use std::path::{Path, PathBuf};

use phoenix_engine::{
    ports::{ComposeOffer, NoOffer},
    wording::wording,
};
use phoenix_plan::{image::ImageReference, observed::Container, policy::HashChange};

use super::{
    Edit, EditRefused, Origin,
    cli::Cli,
    file,
    move_image::{Change, set_image, stated},
    move_ports::move_ports_to_switch,
    offer::{hash_change, offer_of, refused},
    variable,
};

/// Which files of variables compose was given, as it notes it itself.
const ENVIRONMENT_FILES: &str = "com.docker.compose.project.environment_file";

/// The edit; nothing where the files say so already. With a network, the ports move to the switch
/// there in the same stroke.
pub(super) async fn offer_image(
    from: &Origin,
    container: &Container,
    reference: &ImageReference,
    network: Option<&str>,
) -> Result<Option<ComposeOffer>, NoOffer> {
    let mut texts = Vec::new();
    for path in &from.files {
        let text = file::read(path).map_err(|error| NoOffer::File(from.complaint(&error)))?;
        texts.push((path.as_path(), text));
    }
    let (path, text) = the_last_word(from, &texts)?;
    let change = match set_image(text, &from.service, reference) {
        Err(EditRefused::AlreadyEdited) => return Ok(None),
        Err(refusal) => return Err(refused(path, &refusal)),
        Ok(change) => change,
    };
    let (name, value, default) = match change {
        Change::Here(edit) => return in_file(from, container, path, text, edit, network).await,
        Change::Variable { name, value, default } => (name, value, default),
    };
    if variable::mentions(texts.iter().map(|(_, text)| text.as_str()), &name) > 1 {
        let why = wording!(
            "trouble.compose.variable_shared",
            "the variable {name} stands in more places than this image",
            name
        );
        return Err(refused(path, why));
    }
    let variables = variables(from, container);
    let known = if variables.is_file() {
        let text = file::read(&variables).map_err(|error| NoOffer::File(from.complaint(&error)))?;
        match variable::set(&text, &name, &value) {
            Ok(edit) => edit.map(|edit| (text, edit)),
            Err(EditRefused::AlreadyEdited) => return Ok(None),
            Err(refusal) => return Err(refused(&variables, &refusal)),
        }
    } else {
        None
    };
    match (known, default) {
        (Some((old, edit)), _) if network.is_none() => {
            let hash = hash_with(from, container, (path, text), (&name, &value), &texts).await;
            offer_of(&variables, &old, edit, hash, false).map(Some)
        }
        (Some(_), _) => {
            let why = wording!(
                "trouble.compose.variable_elsewhere",
                "the tag is a variable in another file: adopt with --edit-compose first"
            );
            Err(refused(path, why))
        }
        (None, Some(edit)) => in_file(from, container, path, text, edit, network).await,
        (None, None) => {
            let why = wording!(
                "trouble.compose.variable_unset",
                "the variable {name} has no value in a file",
                name
            );
            Err(refused(path, why))
        }
    }
}

/// Compose lays the files over each other: the last one that states an image counts.
fn the_last_word<'t>(
    from: &Origin,
    texts: &'t [(&'t Path, String)],
) -> Result<(&'t Path, &'t str), NoOffer> {
    let mut last = None;
    for (path, text) in texts {
        let image = stated(text, &from.service);
        if image.map_err(|refusal| refused(path, &refusal))?.is_some() {
            last = Some((*path, text.as_str()));
        }
    }
    last.ok_or_else(|| {
        let name = &from.service;
        let reason =
            wording!("trouble.compose.no_image", "no image is stated there for \"{name}\"", name);
        NoOffer::Refused { file: from.listed(), reason }
    })
}

async fn in_file(
    from: &Origin,
    container: &Container,
    path: &Path,
    text: &str,
    edit: Edit,
    network: Option<&str>,
) -> Result<Option<ComposeOffer>, NoOffer> {
    let (edit, moves_ports) = match network {
        None => (edit, false),
        Some(network) => match move_ports_to_switch(&edit.new_text, &from.service, network) {
            Ok(both) => (Edit::of(text, both.new_text), true),
            Err(EditRefused::AlreadyEdited | EditRefused::NoPorts) => (edit, false),
            Err(refusal) => return Err(refused(path, &refusal)),
        },
    };
    let hash = hash_change(from, container, path, text, &edit.new_text).await?;
    offer_of(path, text, edit, hash, moves_ports).map(Some)
}

/// `--env-file` where compose was given it, else `.env` in the project's folder.
fn variables(from: &Origin, container: &Container) -> PathBuf {
    let given = container.labels.get(ENVIRONMENT_FILES).map(String::as_str).unwrap_or_default();
    let last = given.rsplit(',').find(|path| !path.is_empty()).unwrap_or(".env");
    from.working_dir.join(last)
}

/// A variable of the environment counts as the same one in the file would; not where containers are
/// given the file itself.
async fn hash_with(
    from: &Origin,
    container: &Container,
    (path, text): (&Path, &str),
    variable: (&str, &str),
    texts: &[(&Path, String)],
) -> Option<HashChange> {
    if texts.iter().any(|(_, text)| text.contains("env_file")) {
        return None;
    }
    let cli = Cli::find(&from.files, &from.working_dir).await?;
    let was = cli.hash(&from.service, path, text).await?;
    let becomes = cli.hash_with(&from.service, variable).await?;
    let stated = container.labels.get(phoenix_plan::observed::compose_labels::CONFIG_HASH);
    (stated == Some(&was)).then_some(HashChange { from: was, to: becomes })
}
