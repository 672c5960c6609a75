//! Measures the desktop application on a desktop of its own: start, memory, rest, window, reaction.
//! For a release build: `make desktop-figures`.

#[cfg(target_os = "linux")]
mod measured {
    use std::{
        fs,
        io::Write,
        time::{Duration, Instant},
    };

    use phoenix_tests::{
        ContainerSpec, Context, GatewayImage, Result, Running, Scene,
        desktop::{
            App, Desktop,
            family::{family, name, stat},
        },
        engines, ensure, eventually,
    };
    use serde_json::json;
    use tokio::time::sleep;

    const BOUND: Duration = Duration::from_mins(1);
    /// How long the hidden program is watched at rest.
    const REST: Duration = Duration::from_secs(30);
    const TICKS_PER_SECOND: f64 = 100.0;
    const STARTS: usize = 5;
    /// The first is cold, as far as what it reads was not in memory.
    const WINDOWS: usize = 5;

    pub(crate) async fn all() -> Result<()> {
        let engine = engines().await?.swap_remove(0);
        let scene = Scene::set(&engine, "figures").await?;
        let gateway = watched(&scene).await?;
        let desktop = Desktop::start().await?;
        starts(&scene, &desktop).await?;
        memory(&scene, &desktop).await?;
        reaction(&scene, &desktop, &gateway).await?;
        desktop.finish().await?;
        scene.finish().await
    }

    /// From the start of the process until the panel lists its icon.
    async fn starts(scene: &Scene, desktop: &Desktop) -> Result<()> {
        let mut took = Vec::new();
        for _ in 0..STARTS {
            let begun = Instant::now();
            let app = App::of(scene)?.hidden().start(desktop)?;
            app.tray().await?;
            took.push(begun.elapsed().as_millis());
            app.kill().await?;
        }
        say(&format!("start to tray icon, first and warm: {took:?} ms"))
    }

    async fn memory(scene: &Scene, desktop: &Desktop) -> Result<()> {
        let mut app = App::of(scene)?
            .hidden()
            // Driven windows cannot be opened twice.
            .env("TAURI_WEBVIEW_AUTOMATION", "false")
            .start(desktop)?;
        let tray = app.tray().await?;
        tray.wait_for("Check now").await?;
        let process = app.id();
        // What a start leaves running has ended by then: the registry was asked once.
        sleep(Duration::from_secs(5)).await;
        let before = ticks(process)?;
        sleep(REST).await;
        let share = (ticks(process)? - before) / TICKS_PER_SECOND / REST.as_secs_f64() * 100.0;
        say(&format!("hidden, at rest: {:.1} MB, {share:.2} % CPU", megabytes(process)?))?;
        for which in 1..=WINDOWS {
            let asked = Instant::now();
            tray.activate(900, 14).await?;
            let window = app.visible_window().await?;
            let mapped = asked.elapsed().as_millis();
            let painted = painted(&mut app, which).await?;
            sleep(Duration::from_secs(2)).await;
            let open = megabytes(process)?;
            say(&format!(
                "window {which}: {painted} ms to first paint, seen by X after {mapped} ms, \
                 {open:.1} MB open"
            ))?;
            desktop.close_window(&window).await?;
            eventually("no window", BOUND, async || {
                ensure!(app.windows().await?.is_empty(), "it is there");
                Ok(())
            })
            .await?;
            sleep(Duration::from_secs(3)).await;
            say(&format!("after closing it: {:.1} MB, {}", megabytes(process)?, names(process)?))?;
        }
        app.kill().await
    }

    /// From the click on *Update* until the page shows that something happens.
    async fn reaction(scene: &Scene, desktop: &Desktop, gateway: &Running) -> Result<()> {
        scene.publish(&GatewayImage::new("1.1.0")).await?;
        let app = App::of(scene)?.start(desktop)?;
        let window = app.window().await?;
        window.wait_for_text(&gateway.name).await?;
        // It was checked a moment ago, by the starts before.
        window.click("Check now").await?;
        window.wait_for_text("1.1.0 is available").await?;
        let page = format!("#/service/{}", gateway.name);
        window.script("location.hash = arguments[0]", &[json!(page)]).await?;
        window.wait_for_text("Update to 1.1.0").await?;
        let (changed, drawn) = window.times_of_click("Update to 1.1.0").await?;
        say(&format!("click on Update: page changed after {changed:.0} ms, drawn {drawn:.0} ms"))?;
        window.wait_for_text("Roll back to 1.0.0").await?;
        app.kill().await
    }

    async fn painted(app: &mut App<'_>, number: usize) -> Result<u64> {
        eventually("the log of the first paint", BOUND, async || {
            let said = app.process().said();
            let lines: Vec<_> = said.lines().filter(|line| line.contains("painted")).collect();
            ensure!(lines.len() >= number, "{} so far", lines.len());
            let after = lines[number - 1].rsplit("after_ms=").next().context("no time")?;
            let digits: String = after.chars().take_while(char::is_ascii_digit).collect();
            Ok(digits.parse()?)
        })
        .await
    }

    /// Proportional set size of a process and all its descendants, in 10⁶ bytes.
    fn megabytes(process: u32) -> Result<f64> {
        let mut kilobytes = 0.0;
        for one in family(process)? {
            // One that has just ended has none.
            let Ok(text) = fs::read_to_string(format!("/proc/{one}/smaps_rollup")) else {
                continue;
            };
            let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
            let number = line.and_then(|line| line.split_whitespace().next());
            kilobytes += number.context("no Pss")?.parse::<f64>()?;
        }
        Ok(kilobytes * 1_024.0 / 1_000_000.0)
    }

    /// What the processes are called, sorted.
    fn names(process: u32) -> Result<String> {
        let mut names: Vec<String> = family(process)?.into_iter().filter_map(name).collect();
        names.sort();
        Ok(names.join(" "))
    }

    /// Time on a processor of a process and all its descendants, in clock ticks.
    fn ticks(process: u32) -> Result<f64> {
        let mut ticks = 0.0;
        for one in family(process)? {
            let Some(fields) = stat(one) else { continue };
            for field in [11, 12] {
                ticks += fields.get(field).context("a short stat")?.parse::<f64>()?;
            }
        }
        Ok(ticks)
    }

    async fn watched(scene: &Scene) -> Result<Running> {
        scene.publish(&GatewayImage::new("1.0.0")).await?;
        let gateway = scene.run(ContainerSpec::new("gateway")).await?;
        eventually("the gateway answers", BOUND, async || gateway.get("/api/health").await).await?;
        let settings = format!("[defaults]\nmonitor = \"1s\"\n\n[services.\"{}\"]\n", gateway.name);
        fs::write(scene.config_dir().join("config.toml"), settings)?;
        scene.ctl(["adopt", &gateway.name, "--yes", "--json"]).await?.expect_success()?;
        Ok(gateway)
    }

    fn say(line: &str) -> Result<()> {
        Ok(writeln!(std::io::stdout(), "{line}")?)
    }
}

#[cfg(target_os = "linux")]
#[tokio::main]
async fn main() -> phoenix_tests::Result<()> {
    measured::all().await
}

#[cfg(not(target_os = "linux"))]
fn main() {}
