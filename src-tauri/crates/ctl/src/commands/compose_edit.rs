//! The edit of a compose file that goes with an adoption or a release: shown before, written after.

use phoenix_engine::{
    World, compose_edit,
    compose_edit::OfferError,
    in_a_sentence,
    ports::{ComposeOffer, EngineError},
};
use phoenix_plan::{
    policy::HashChange,
    receipt::{Outcome, Receipt},
    service::ServiceId,
};
use serde_json::{Value, json};

use crate::{
    failure::{Exit, Failure},
    output::{Output, write_err},
    results::{Concluded, Remark},
};

/// What is meant to become of the compose file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Wish {
    /// It stays; whether it should not is told.
    Stay,
    /// Its ports move to the switch.
    ToSwitch,
    /// Its ports move back, if they were moved.
    Back,
    /// It names another release.
    ToTag {
        /// A tag, a digest or a whole reference.
        to: String,
        /// Whether it is edited; otherwise what that means is told.
        edit: bool,
    },
}

/// The edit beside one operation.
pub(crate) struct Beside<'a> {
    world: &'a World,
    service: &'a ServiceId,
    wish: Wish,
    found: Found,
}

/// What there is to be done.
enum Found {
    Nothing,
    Offer(Box<ComposeOffer>),
    Refused(String),
}

impl<'a> Beside<'a> {
    /// Looks what there is to edit. A file that cannot be edited stops nothing.
    pub(crate) async fn look(
        world: &'a World,
        service: &'a ServiceId,
        wish: Wish,
    ) -> Result<Self, Failure> {
        let offer = match &wish {
            Wish::ToTag { to, edit } => {
                let adopted = compose_edit::is_adopted(world, service).await?;
                compose_edit::offer_image(world, service, to, *edit && !adopted).await
            }
            Wish::ToSwitch => compose_edit::offer(world, service).await,
            Wish::Back => compose_edit::offer_back(world, service).await,
            // Who is behind a switch already has been told.
            Wish::Stay if compose_edit::is_adopted(world, service).await? => Ok(None),
            Wish::Stay => match compose_edit::offer(world, service).await {
                Err(OfferError::Compose(_)) => Ok(None),
                other => other,
            },
        };
        let found = match offer {
            Ok(None) => Found::Nothing,
            Ok(Some(offer)) => Found::Offer(Box::new(offer)),
            Err(OfferError::Engine(error)) => return Err(error.into()),
            Err(OfferError::Compose(refusal)) => Found::Refused(in_a_sentence(&refusal)),
        };
        Ok(Self { world, service, wish, found })
    }

    /// What new containers are to state of the file, for the policy.
    pub(crate) fn hash(&self) -> Option<HashChange> {
        match &self.found {
            Found::Offer(offer) if self.writes() => offer.hash.clone(),
            Found::Offer(_) | Found::Nothing | Found::Refused(_) => None,
        }
    }

    /// Shows the difference to somebody who looks on, before anything happens.
    pub(crate) fn show(&self, output: Output) {
        if !self.writes() || !output.wants_progress() {
            return;
        }
        match &self.found {
            Found::Offer(offer) => write_err(&announced(offer)),
            Found::Refused(why) => write_err(&self.refusal(why)),
            Found::Nothing => {}
        }
    }

    /// Writes the edit if the operation ended in its favour, and tells what became of it.
    pub(crate) async fn remark(self, concluded: &Concluded) -> Result<Option<Remark>, Failure> {
        let receipt = match concluded {
            Concluded::Shown(_) => return Ok(self.planned()),
            Concluded::Receipt(receipt) => receipt,
        };
        let offer = match &self.found {
            Found::Nothing => return Ok(None),
            Found::Refused(why) => return Ok(Some(remark(self.refusal(why), json!({})))),
            Found::Offer(offer) => offer,
        };
        let due = self.is_due(receipt, offer);
        if !self.writes() {
            return Ok(due.then(|| remark(self.hint(offer), of(offer))));
        }
        if due {
            return Ok(Some(self.written(offer, offer.hash.is_none())));
        }
        if self.is_made_up_for(receipt).await? {
            let mut remark = self.written(offer, true);
            remark.exit = remark.exit.or(Some(Exit::Done));
            return Ok(Some(remark));
        }
        Ok(None)
    }

    /// Nothing was to be done to the service, but the file does not fit it: the edit was not asked
    /// for then, or its process died before it was written.
    async fn is_made_up_for(&self, receipt: &Receipt) -> Result<bool, EngineError> {
        if let Wish::ToTag { .. } = self.wish {
            return Ok(receipt.outcome == Outcome::Unchanged);
        }
        let nothing_done = matches!(receipt.outcome, Outcome::Held | Outcome::Unchanged);
        let adopted = compose_edit::is_adopted(self.world, self.service).await?;
        Ok(nothing_done && adopted == (self.wish == Wish::ToSwitch))
    }

    fn planned(&self) -> Option<Remark> {
        match &self.found {
            Found::Offer(offer) if self.writes() => Some(remark(announced(offer), of(offer))),
            Found::Offer(offer) if self.wish != Wish::Stay => {
                Some(remark(self.hint(offer), of(offer)))
            }
            Found::Refused(why) => Some(remark(self.refusal(why), json!({}))),
            Found::Offer(_) | Found::Nothing => None,
        }
    }

    fn written(&self, offer: &ComposeOffer, once: bool) -> Remark {
        let file = &offer.file;
        match compose_edit::write(self.world, offer) {
            Ok(written) => {
                let now = match self.wish {
                    Wish::Back => "publishes the port again",
                    Wish::ToTag { .. } => "names the new release",
                    Wish::ToSwitch | Wish::Stay => "leaves the port to the switch",
                };
                let then = if once {
                    ". The next 'docker compose up -d' makes the container anew once, because \
                     compose sees that its file has changed"
                } else {
                    ""
                };
                let text = format!("{file} {now}; as it was before: {}{then}", written.backup);
                let mut document = of(offer);
                document["backup"] = json!(written.backup);
                remark(text, document)
            }
            Err(error) => {
                let error = in_a_sentence(&error);
                let text = format!(
                    "{error}. The service is as it should be, but its compose file is not: make \
                     this edit by hand before the next 'docker compose up'\n{}",
                    offer.diff
                );
                let mut document = of(offer);
                document["error"] = json!(error);
                Remark { exit: Some(Exit::NeedsAttention), ..remark(text, document) }
            }
        }
    }

    fn refusal(&self, why: &str) -> String {
        let what = match self.wish {
            Wish::Back => "still leaves the port to a switch: put it back by hand",
            Wish::ToTag { .. } => {
                "still names the release before, to which the next 'docker compose up' would go \
                 back: change its image by hand"
            }
            Wish::ToSwitch | Wish::Stay => {
                "keeps publishing the port: move it by hand if compose is to recreate the container"
            }
        };
        format!("The compose file is not edited and {what} ({why})")
    }

    /// Whether the edit is to be made, not only to be told of.
    const fn writes(&self) -> bool {
        match &self.wish {
            Wish::Stay => false,
            Wish::ToSwitch | Wish::Back => true,
            Wish::ToTag { edit, .. } => *edit,
        }
    }

    fn is_due(&self, receipt: &Receipt, offer: &ComposeOffer) -> bool {
        match &self.wish {
            Wish::ToTag { .. } => compose_edit::is_due_for_image(receipt, offer),
            Wish::Stay | Wish::ToSwitch | Wish::Back => compose_edit::is_due(receipt),
        }
    }

    fn hint(&self, offer: &ComposeOffer) -> String {
        if let Wish::ToTag { to, .. } = &self.wish {
            return format!(
                "{} still names the release before, so the next 'docker compose up -d' would go \
                 back to it: 'phoenixctl update {} --to {to} --edit-compose' mends that, or make \
                 this edit by hand\n{}",
                offer.file, self.service, offer.diff
            );
        }
        format!(
            "{} still publishes the port that the switch owns now, so 'docker compose up -d \
             --force-recreate' would fail: 'phoenixctl adopt {} --edit-compose' mends that",
            offer.file, self.service
        )
    }
}

fn announced(offer: &ComposeOffer) -> String {
    format!("Then {} is edited, and a backup is kept beside it:\n{}", offer.file, offer.diff)
}

fn of(offer: &ComposeOffer) -> Value {
    json!({ "file": offer.file, "diff": offer.diff, "backup": null })
}

fn remark(text: String, mut document: Value) -> Remark {
    document["message"] = json!(text);
    Remark { text, key: "compose_edit", document, exit: None }
}
