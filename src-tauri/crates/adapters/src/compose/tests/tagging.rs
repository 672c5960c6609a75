//! Edits that move a service to another tag.

use phoenix_plan::image::ImageReference;

use crate::compose::{
    EditRefused,
    move_image::{Change, set_image},
    variable,
};

const FILE: &str = "\
services:
  web:
    image: app:1.0  # the release
    ports: [\"80:80\"]   # kept
  other:
    image: \"app:1.0\"
";

fn to(reference: &str) -> ImageReference {
    ImageReference::parse(reference).unwrap()
}

fn here(text: &str, service: &str, reference: &str) -> String {
    match set_image(text, service, &to(reference)).unwrap() {
        Change::Here(edit) => edit.new_text,
        other @ Change::Variable { .. } => panic!("{other:?}"),
    }
}

fn refused(text: &str) -> EditRefused {
    set_image(text, "web", &to("app:1.1")).unwrap_err()
}

#[test]
fn only_the_tag_of_the_service_changes() {
    let expected = FILE.replace("image: app:1.0  #", "image: app:1.1  #");
    assert_eq!(here(FILE, "web", "app:1.1"), expected);
    let expected = FILE.replace("\"app:1.0\"", "\"app:1.1\"");
    assert_eq!(here(FILE, "other", "app:1.1"), expected);
}

#[test]
fn the_name_stays_as_it_is_written() {
    let text = "services: { web: { image: 'docker.io/library/app' } }\n";
    let expected = "services: { web: { image: 'docker.io/library/app:1.1' } }\n";
    assert_eq!(here(text, "web", "app:1.1"), expected);
    let port = "services:\n  web:\n    image: localhost:5000/app:1@sha256:0\n";
    let digest = format!("localhost:5000/app@sha256:{}", "a".repeat(64));
    assert_eq!(here(port, "web", &digest), format!("services:\n  web:\n    image: {digest}\n"));
}

#[test]
fn another_image_replaces_the_whole_reference() {
    assert!(here(FILE, "web", "ghcr.io/other/app:2").contains("image: ghcr.io/other/app:2  #"));
}

#[test]
fn what_an_edit_would_change_for_others_is_refused() {
    let anchored = "services:\n  web: &web\n    image: app:1.0\n  other:\n    <<: *web\n";
    assert!(matches!(refused(anchored), EditRefused::Shared { line: 3 }));
    let merged = "x-base: &base\n  image: app:1.0\nservices:\n  web:\n    <<: *base\n";
    assert!(matches!(refused(merged), EditRefused::Shared { line: 5 }));
    let alias = "x-image: &image app:1.0\nservices:\n  web:\n    image: *image\n";
    assert!(matches!(refused(alias), EditRefused::Shared { line: 4 }));
    let anchor = "services:\n  web:\n    image: &image app:1.0\n";
    assert!(matches!(refused(anchor), EditRefused::Shared { line: 3 }));
}

#[test]
fn a_file_that_says_so_already_needs_no_edit() {
    assert_eq!(refused("services:\n  web:\n    image: app:1.1\n"), EditRefused::AlreadyEdited);
}

#[test]
fn a_tag_that_is_a_variable_is_changed_where_the_variable_is() {
    let of = |image: &str, reference: &str| {
        let text = format!("services:\n  web:\n    image: {image}\n");
        match set_image(&text, "web", &to(reference)) {
            Ok(Change::Variable { name, value, default }) => {
                Ok((name, value, default.map(|edit| edit.new_text)))
            }
            Ok(Change::Here(edit)) => panic!("{edit:?}"),
            Err(refusal) => Err(refusal),
        }
    };
    let found = of("app:${TAG}", "app:1.1").unwrap();
    assert_eq!(found, ("TAG".to_owned(), "1.1".to_owned(), None));
    let (name, value, default) = of("app:v${VERSION:-1.0}-alpine", "app:v1.1-alpine").unwrap();
    assert_eq!((name.as_str(), value.as_str()), ("VERSION", "1.1"));
    assert!(default.unwrap().contains("image: app:v${VERSION:-1.1}-alpine"));
    for image in ["${IMAGE}", "app:${A}.${B}", "app:${TAG:?no tag}", "app:${TAG}-alpine"] {
        assert_eq!(of(image, "app:1.1"), Err(EditRefused::Interpolated(image.to_owned())));
    }
}

#[test]
fn a_variable_keeps_its_quotes_its_comment_and_its_neighbours() {
    let text = "# versions\nexport TAG='1.0' # of web\nTAG_OLD=1.0\n";
    let edit = variable::set(text, "TAG", "1.1").unwrap().unwrap();
    assert_eq!(edit.new_text, "# versions\nexport TAG='1.1' # of web\nTAG_OLD=1.0\n");
    let edit = variable::set("TAG=1.0 # of web\n", "TAG", "1.1").unwrap().unwrap();
    assert_eq!(edit.new_text, "TAG=1.1 # of web\n");
}

#[test]
fn a_variable_that_is_absent_or_there_twice_is_not_set() {
    assert_eq!(variable::set("OTHER=1\n", "TAG", "1.1"), Ok(None));
    let twice = variable::set("TAG=1\nTAG=2\n", "TAG", "1.1");
    assert_eq!(twice, Err(EditRefused::Shared { line: 2 }));
}

#[test]
fn every_mention_of_a_variable_counts() {
    let texts = ["a: ${TAG} $TAG_OLD", "b: $TAG-x ${TAG:-1}"];
    assert_eq!(variable::mentions(texts, "TAG"), 3);
}
