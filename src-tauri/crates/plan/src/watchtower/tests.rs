use super::*;

fn typed(line: &[&str]) -> Wishes {
    Wishes::of(&Command::typed(line).unwrap()).unwrap()
}

fn abouts(wishes: &Wishes) -> Vec<&str> {
    wishes.remarks.iter().map(|remark| remark.about.as_str()).collect()
}

/// From the owner's document, "Option 1: Watchtower".
const OWNERS: [&str; 15] = [
    "docker",
    "run",
    "-d",
    "--name",
    "watchtower",
    "--restart",
    "unless-stopped",
    "-v",
    "/var/run/docker.sock:/var/run/docker.sock",
    "containrrr/watchtower",
    "phoenix-gateway",
    "--schedule",
    "0 0 4 * * *",
    "--cleanup",
    "--include-stopped",
];

#[test]
fn the_owners_command_line_is_understood_whole() {
    let wishes = typed(&OWNERS);
    assert_eq!(wishes.schedule, Some(Schedule::parse("0 0 4 * * *").unwrap()));
    assert_eq!(wishes.selection.names, ["phoenix-gateway"]);
    assert!(wishes.clean_up && wishes.include_stopped && !wishes.monitor_only);
    assert_eq!(wishes.remarks, []);
}

#[test]
fn the_owners_debugging_command_line_is_one_round() {
    let words = "docker run --rm -v /var/run/docker.sock:/var/run/docker.sock \
                 containrrr/watchtower --run-once --debug phoenix-gateway";
    let wishes = typed(&words.split_whitespace().collect::<Vec<_>>());
    assert_eq!((wishes.schedule.clone(), abouts(&wishes)), (None, vec!["--run-once"]));
    assert_eq!(wishes.selection.names, ["phoenix-gateway"]);
}

#[test]
fn where_nothing_is_said_it_looks_once_a_day_at_everything() {
    let wishes = typed(&[]);
    assert_eq!(wishes.schedule, Some(Schedule::Every(Duration::from_hours(24))));
    assert_eq!(wishes.selection, Selection::default());
    assert!(!wishes.clean_up);
}

#[test]
fn the_command_line_goes_before_the_environment() {
    let environment =
        ["WATCHTOWER_POLL_INTERVAL=900", "WATCHTOWER_CLEANUP=true", "TZ=Europe/Paris"];
    let command = Command::of_container(["--cleanup=false"], environment).unwrap();
    let wishes = Wishes::of(&command).unwrap();
    assert_eq!(wishes.schedule, Some(Schedule::Every(Duration::from_mins(15))));
    assert!(!wishes.clean_up);
    assert_eq!(wishes.time_zone.as_deref(), Some("Europe/Paris"));
}

#[test]
fn letters_are_read_as_pflag_reads_them() {
    let wishes = typed(&["-cS", "-i", "3600", "-xone,two", "web", "-m=false"]);
    assert!(wishes.clean_up && wishes.include_stopped && !wishes.monitor_only);
    assert_eq!(wishes.schedule, Some(Schedule::Every(Duration::from_hours(1))));
    assert_eq!(wishes.selection.except, ["one", "two"]);
    assert_eq!(wishes.selection.names, ["web"]);
}

#[test]
fn an_interval_that_is_too_short_here_is_lengthened_and_named() {
    let wishes = typed(&["--interval", "30"]);
    assert_eq!(wishes.schedule, Some(Schedule::Every(Duration::from_mins(10))));
    assert_eq!(abouts(&wishes), ["--interval"]);
}

#[test]
fn what_has_no_counterpart_is_named_once_and_no_secret_is_said() {
    let environment = [
        "WATCHTOWER_NOTIFICATION_EMAIL_SERVER_PASSWORD=hush",
        "WATCHTOWER_NOTIFICATION_URL=discord://hush@123",
        "WATCHTOWER_HTTP_API_TOKEN=hush",
        "WATCHTOWER_NO_STARTUP_MESSAGE=true",
    ];
    let command = Command::of_container(["--rolling-restart", "--remove-volumes"], environment);
    let wishes = Wishes::of(&command.unwrap()).unwrap();
    assert_eq!(
        abouts(&wishes),
        [
            "--rolling-restart",
            "--remove-volumes",
            "--notification-url",
            "--http-api-token",
            "--notifications"
        ]
    );
    let texts: String = wishes.remarks.iter().map(|remark| remark.text.as_str()).collect();
    assert!(texts.contains("kind = \"discord\"") && !texts.contains("hush"), "{texts}");
}

#[test]
fn a_flag_that_is_set_to_false_is_no_remark() {
    assert_eq!(typed(&["--remove-volumes=false"]).remarks, []);
}

#[test]
fn what_is_not_understood_is_named() {
    let refused = |line: &[&str]| {
        let command = Command::typed(line);
        command.and_then(|command| Wishes::of(&command)).unwrap_err().to_string()
    };
    assert!(refused(&["--shedule", "x"]).starts_with("--shedule is no argument"));
    assert_eq!(refused(&["--interval"]), "--interval needs a value");
    assert_eq!(refused(&["--interval", "often"]), "--interval needs whole seconds");
    assert_eq!(refused(&["--cleanup=maybe"]), "--cleanup needs true or false");
    assert!(refused(&["--schedule", "never"]).starts_with("the schedule cannot be read"));
    assert!(refused(&["docker", "run", "-d", "nginx"]).contains("no image called watchtower"));
}

#[test]
fn watchtower_is_known_by_its_image_wherever_it_is_published() {
    assert!(is_image("containrrr/watchtower:1.7.1"));
    assert!(is_image("ghcr.io/nicholas-fedor/watchtower"));
    assert!(!is_image("watchtower/web"));
}
