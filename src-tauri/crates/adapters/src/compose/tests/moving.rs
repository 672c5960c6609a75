use serde_json::Value;

use crate::compose::{EditRefused, move_ports_back, move_ports_to_switch};

const SEED: &str = r#"version: '3.8'

services:
  gateway:
    image: phoenix/gateway:latest  # the moving tag
    container_name: phoenix-gateway
    ports:
      # the port that everybody knows
      - "18789:18789"
    volumes:
      - ~/.phoenix:/app/config
    deploy:
      update_config:
        order: start-first

volumes:
  phoenix-data:
"#;

/// Edits, and checks what every edit must keep.
fn edited(text: &str) -> (String, Value) {
    let edit = move_ports_to_switch(text, "gateway", "phoenix-tray.gateway")
        .unwrap_or_else(|refusal| panic!("{refusal}:\n{text}"));
    assert_eq!(move_ports_back(&edit.new_text, "gateway").unwrap().new_text, text, "not restored");
    let comments = text.lines().filter_map(|line| line.split_once('#'));
    for (_, comment) in comments {
        assert!(edit.new_text.contains(comment), "lost the comment {comment:?}");
    }
    let meaning = serde_saphyr::from_str(&edit.new_text).unwrap();
    (edit.new_text, meaning)
}

fn refused(text: &str) -> EditRefused {
    move_ports_to_switch(text, "gateway", "phoenix-tray.gateway").unwrap_err()
}

#[test]
fn the_owners_file_keeps_every_byte_outside_of_the_edit() {
    let (text, _) = edited(SEED);
    let expected = r#"    container_name: phoenix-gateway
#phoenix-tray:     ports:
#phoenix-tray:       # the port that everybody knows
#phoenix-tray:       - "18789:18789"
    expose: # added by phoenix-tray
      - "18789" # added by phoenix-tray
    networks: # added by phoenix-tray
      default: {} # added by phoenix-tray
      phoenix-tray.gateway: { aliases: [made-by-compose] } # added by phoenix-tray
    volumes:
"#;
    assert!(text.contains(expected), "{text}");
}

#[test]
fn the_service_joins_the_network_and_stays_on_its_own() {
    let (_, meaning) = edited(SEED);
    let service = &meaning["services"]["gateway"];
    assert!(service.get("ports").is_none());
    assert!(service["networks"].get("default").is_some());
    assert_eq!(meaning["networks"]["phoenix-tray.gateway"]["external"], true);
}

#[test]
fn every_way_to_write_networks_is_extended() {
    for written in [
        "    networks:\n      - front\n      - back # two\n",
        "    networks:\n    - front\n    - back\n",
        "    networks:\n      front:\n        aliases: [gw]\n      back:\n",
        "    networks: [front, back] # both\n",
        "    networks: [\n      front, # one\n      back\n    ]\n",
        "    networks: { front: {}, back: {} }\n",
    ] {
        let text = format!(
            "services:\n  gateway:\n{written}    ports: [\"1:1\"]\nnetworks:\n  front:\n  back:\n"
        );
        let (_, meaning) = edited(&text);
        let networks = &meaning["services"]["gateway"]["networks"];
        let count = networks
            .as_array()
            .map_or_else(|| networks.as_object().map_or(0, serde_json::Map::len), Vec::len);
        assert_eq!(count, 3, "{written}");
    }
}

#[test]
fn every_way_to_end_a_file_is_restored() {
    for text in [
        "services:\n  gateway:\n    ports:\n      - 80:80",
        "services:\n  gateway:\n    ports:\n      - 80:80\n\n# the end",
        "services:\r\n  gateway:\r\n    ports:\r\n      - 80:80\r\n    image: a\r\n",
        "services:\r\n  gateway:\r\n    ports:\r\n      - 80:80",
        "networks: {}\nservices:\n  gateway:\n    ports: [80]\n",
        "networks:\nservices:\n  gateway:\n    ports: [80]\n    networks:\n",
        "networks: {a: {}}\nservices:\n  gateway:\n    expose: [\"81\"]\n    ports: [80]\n",
        "services:\n  gateway:\n    ports: [80]\n    command: |\n      one\n\n      two\n\n\n",
    ] {
        edited(text);
    }
}

#[test]
fn the_long_form_and_ranges_are_exposed_by_their_container_ports() {
    let (_, meaning) = edited(
        "services:\n  gateway:\n    ports:\n      - target: 80\n        published: \"${P:-81}\"\n      - 127.0.0.1:3000-3002:4000-4002/tcp\n",
    );
    assert_eq!(meaning["services"]["gateway"]["expose"], serde_json::json!(["80", "4000-4002"]));
}

#[test]
fn an_edit_that_would_reach_another_service_is_refused() {
    let shared = "services:\n  gateway: &gw\n    ports: [\"1:1\"]\n  other:\n    <<: *gw\n";
    assert_eq!(refused(shared), EditRefused::Unsafe);
    let anchored = "services:\n  gateway:\n    ports: &p [\"1:1\"]\n  other:\n    ports: *p\n";
    assert_eq!(refused(anchored), EditRefused::Shared { line: 3 });
    let merged = "x: &b\n  ports: [\"1:1\"]\nservices:\n  gateway:\n    <<: *b\n";
    assert!(matches!(refused(merged), EditRefused::Shared { .. }));
}

#[test]
fn what_cannot_be_edited_is_named() {
    let service = |body: &str| refused(&format!("services:\n  gateway:\n    {body}\n"));
    assert_eq!(service("image: a"), EditRefused::NoPorts);
    assert_eq!(service("ports: [\"53:53/udp\"]"), EditRefused::NotTcp("53:53/udp".to_owned()));
    assert_eq!(service("ports: [\"1:${P}\"]"), EditRefused::Interpolated("1:${P}".to_owned()));
    let extends = service("extends: {service: a}\n    ports: [1]");
    assert_eq!(extends, EditRefused::Extends { line: 3 });
    let mode = service("ports: [1]\n    network_mode: host");
    assert_eq!(mode, EditRefused::NetworkMode { line: 4 });
    assert_eq!(refused("services: {}\n"), EditRefused::NoSuchService("gateway".to_owned()));
    assert!(matches!(refused("a: [\n"), EditRefused::Unparsable { .. }));
    let flow = refused("services:\n  gateway: { ports: [1] }\n");
    assert_eq!(flow, EditRefused::FlowStyle { line: 2 });
}

#[test]
fn an_edit_is_neither_made_nor_taken_back_twice() {
    let (text, _) = edited(SEED);
    assert_eq!(refused(&text), EditRefused::AlreadyEdited);
    assert_eq!(move_ports_back(SEED, "gateway").unwrap_err(), EditRefused::NotEdited);
}

#[test]
fn the_difference_shows_what_changes() {
    let edit = move_ports_to_switch(SEED, "gateway", "n").unwrap();
    assert!(edit.diff.contains("-      - \"18789:18789\"") && edit.diff.contains("+networks:"));
}

#[test]
fn the_switch_finds_what_compose_makes_by_a_name_of_its_own() {
    for networks in ["", "    networks: [front]\n", "    networks: { front: {} }\n"] {
        let text =
            format!("services:\n  gateway:\n{networks}    ports: [\"1:1\"]\nnetworks:\n  front:\n");
        let (_, meaning) = edited(&text);
        let joined = &meaning["services"]["gateway"]["networks"]["phoenix-tray.gateway"];
        assert_eq!(joined["aliases"], serde_json::json!(["made-by-compose"]), "{networks}");
    }
}

#[test]
fn two_services_of_one_file_are_edited_and_taken_back_each_by_itself() {
    for networks in ["", "networks:\n  front:\n", "networks: {front: {}}\n", "networks:\n"] {
        let text = format!(
            "services:\n  one: # first\n    ports: [81]\n  two:\n    ports:\n    - 82\n{networks}"
        );
        let moved = |text: &str, service: &str| {
            move_ports_to_switch(text, service, &format!("switch-{service}")).unwrap().new_text
        };
        let back = |text: &str, service: &str| move_ports_back(text, service).unwrap().new_text;
        let both = moved(&moved(&text, "one"), "two");
        assert_eq!(back(&both, "two"), moved(&text, "one"), "{both}");
        assert_eq!(back(&both, "one"), moved(&text, "two"), "{both}");
        assert_eq!(back(&back(&both, "one"), "two"), text, "{both}");
        let again = move_ports_to_switch(&both, "two", "switch-two").unwrap_err();
        assert_eq!(again, EditRefused::AlreadyEdited);
    }
}
