//! The manual page and the completions, made from the command line itself.

use clap::CommandFactory as _;

use crate::{
    arguments::Arguments,
    failure::{Exit, Failure},
    output::write_out,
};

/// Completions for a shell.
pub(crate) fn completions(shell: clap_complete::Shell) -> Exit {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "phoenixctl", &mut text);
    write_out(String::from_utf8_lossy(&text).trim_end());
    Exit::Done
}

/// The manual page: the program, then each command.
pub(crate) fn manual() -> Result<Exit, Failure> {
    let mut command = Arguments::command();
    command.build();
    let mut text = Vec::new();
    let mut page = clap_mangen::Man::new(command.clone()).render(&mut text);
    for one in command.get_subcommands().filter(|one| !one.is_hide_set()) {
        let man = clap_mangen::Man::new(one.clone());
        page = page.and_then(|()| {
            text.extend(format!(".SH \"{}\"\n", one.get_name().to_uppercase()).bytes());
            man.render_description_section(&mut text)?;
            man.render_options_section(&mut text)
        });
    }
    page.map_err(|error| Failure::usage(format!("the manual page cannot be made: {error}")))?;
    write_out(String::from_utf8_lossy(&text).trim_end());
    Ok(Exit::Done)
}
