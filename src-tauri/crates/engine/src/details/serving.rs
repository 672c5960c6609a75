//! Which of a service's containers is shown.

use phoenix_plan::route::Routed;
use serde_json::Value;

/// The first that the switch routes to by its alias on the switch's network, else the first that
/// runs, else the first.
pub(super) fn choose<'r>(
    raws: &'r [Value],
    network: &str,
    routed: Option<&Routed>,
) -> Option<&'r Value> {
    let is_routed = |raw: &&Value| {
        let aliases = raw["NetworkSettings"]["Networks"][network]["Aliases"].as_array();
        let mut aliases = aliases.into_iter().flatten().filter_map(Value::as_str);
        routed.is_some_and(|routed| aliases.any(|alias| routed.routes(alias)))
    };
    let runs = |raw: &&Value| raw["State"]["Running"].as_bool() == Some(true);
    raws.iter().find(is_routed).or_else(|| raws.iter().find(runs)).or_else(|| raws.first())
}

#[cfg(test)]
mod tests {
    use phoenix_plan::route::Backend;
    use serde_json::json;

    use super::*;

    fn container(name: &str, runs: bool, alias: &str) -> Value {
        json!({ "Name": name, "State": { "Running": runs },
            "NetworkSettings": { "Networks": { "switch": { "Aliases": [alias] } } } })
    }

    fn chosen(raws: &[Value], routed: Option<&Routed>) -> String {
        choose(raws, "switch", routed).unwrap()["Name"].as_str().unwrap().to_owned()
    }

    #[test]
    fn the_container_that_serves_comes_before_one_that_only_runs() {
        let raws = [
            container("stopped", false, "g0"),
            container("candidate", true, "g2"),
            container("serving", true, "g1"),
        ];
        let backend = Backend { generation: "g1".to_owned(), hosts: vec!["g1".to_owned()] };
        let routed = Routed { backends: vec![backend], ..Routed::default() };
        assert_eq!(chosen(&raws, Some(&routed)), "serving");
        assert_eq!(chosen(&raws, None), "candidate");
        assert_eq!(chosen(&raws[..1], None), "stopped");
        assert_eq!(choose(&[], "switch", None), None);
    }
}
