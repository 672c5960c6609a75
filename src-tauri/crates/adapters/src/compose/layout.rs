//! Where things stand in a YAML file: a tree of nodes with their lines and bytes.

use serde_saphyr::granit_parser::{Event, Parser, StructureStyle};

use super::EditRefused;

/// A node and its place. Lines count from 0, `last_line` is the last that content stands on.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) first_line: usize,
    pub(super) last_line: usize,
    /// Column of the first character, from 0.
    pub(super) column: usize,
    /// Whether it, or anything in it, has an anchor.
    pub(super) anchored: bool,
    pub(super) kind: Kind,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Kind {
    Scalar(String),
    Alias,
    Sequence { flow: bool, items: Vec<Node> },
    Mapping { flow: bool, entries: Vec<(Node, Node)> },
}

impl Node {
    /// The entry of a mapping with this key.
    pub(super) fn entry(&self, name: &str) -> Option<(&Self, &Self)> {
        let Kind::Mapping { entries, .. } = &self.kind else { return None };
        let named = |key: &Self| matches!(&key.kind, Kind::Scalar(text) if text == name);
        entries.iter().find(|(key, _)| named(key)).map(|(key, value)| (key, value))
    }

    /// Whether nothing is written there.
    pub(super) fn is_empty(&self) -> bool {
        match &self.kind {
            Kind::Scalar(text) => matches!(text.as_str(), "" | "~" | "null"),
            Kind::Alias => false,
            Kind::Sequence { items, .. } => items.is_empty(),
            Kind::Mapping { entries, .. } => entries.is_empty(),
        }
    }
}

/// The root of the only document.
pub(super) fn read(text: &str) -> Result<Node, EditRefused> {
    let mut events = Vec::new();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| EditRefused::Unparsable {
            line: u64::try_from(error.marker().line()).unwrap_or(u64::MAX),
            message: error.to_string(),
        })?;
        let start = span.start;
        let place = Place {
            first_line: start.line().saturating_sub(1),
            last_line: span.end.line().saturating_sub(1),
            end_column: span.end.col(),
            column: start.col(),
        };
        events.push((event, place));
    }
    Cursor { events: &events, at: 0 }.node().ok_or(EditRefused::Unsafe)
}

#[derive(Clone, Copy)]
struct Place {
    first_line: usize,
    last_line: usize,
    end_column: usize,
    column: usize,
}

impl Place {
    /// A block scalar ends at the start of the line after it.
    const fn last_line(self) -> usize {
        if self.end_column == 0 && self.last_line > self.first_line {
            self.last_line - 1
        } else {
            self.last_line
        }
    }

    const fn node(self, anchor: usize, kind: Kind) -> Node {
        Node {
            first_line: self.first_line,
            last_line: self.last_line(),
            column: self.column,
            anchored: anchor != 0,
            kind,
        }
    }
}

struct Cursor<'a> {
    events: &'a [(Event<'a>, Place)],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn next(&mut self) -> Option<&'a (Event<'a>, Place)> {
        let next = self.events.get(self.at)?;
        self.at += 1;
        Some(next)
    }

    /// The next node; nothing at the end of a collection or of the text. Its depth was bounded by
    /// the reading of the values before.
    fn node(&mut self) -> Option<Node> {
        loop {
            let (event, place) = self.next()?;
            match event {
                Event::Scalar(text, _, anchor, _) => {
                    return Some(place.node(*anchor, Kind::Scalar(text.to_string())));
                }
                Event::Alias(_) => return Some(place.node(0, Kind::Alias)),
                Event::SequenceStart(style, anchor, _) => {
                    let (items, end) = self.children()?;
                    let flow = *style == StructureStyle::Flow;
                    return Some(closed(place.node(*anchor, Kind::Sequence { flow, items }), end));
                }
                Event::MappingStart(style, anchor, _) => {
                    let (nodes, end) = self.children()?;
                    let (flow, entries) = (*style == StructureStyle::Flow, pairs(nodes));
                    return Some(closed(place.node(*anchor, Kind::Mapping { flow, entries }), end));
                }
                Event::SequenceEnd | Event::MappingEnd | Event::StreamEnd => return None,
                Event::StreamStart
                | Event::DocumentStart(..)
                | Event::DocumentEnd
                | Event::Anchor(..)
                | Event::UnresolvedAlias(_)
                | Event::Comment(..)
                | _ => {}
            }
        }
    }

    /// Children up to the end of their parent, and where that is.
    fn children(&mut self) -> Option<(Vec<Node>, Place)> {
        let mut nodes = Vec::new();
        while let Some(child) = self.node() {
            nodes.push(child);
        }
        let (end, place) = self.events.get(self.at.checked_sub(1)?)?;
        matches!(end, Event::SequenceEnd | Event::MappingEnd).then_some((nodes, *place))
    }
}

fn pairs(nodes: Vec<Node>) -> Vec<(Node, Node)> {
    let mut entries = Vec::with_capacity(nodes.len() / 2);
    let mut nodes = nodes.into_iter();
    while let (Some(key), Some(value)) = (nodes.next(), nodes.next()) {
        entries.push((key, value));
    }
    entries
}

/// A collection in brackets ends with its bracket; one in block style with its last child, because
/// the parser notices its end only at the next thing.
fn closed(mut node: Node, end: Place) -> Node {
    let (flow, children): (bool, Vec<&Node>) = match &node.kind {
        Kind::Scalar(_) | Kind::Alias => (false, Vec::new()),
        Kind::Sequence { flow, items } => (*flow, items.iter().collect()),
        Kind::Mapping { flow, entries } => {
            (*flow, entries.iter().flat_map(|(key, value)| [key, value]).collect())
        }
    };
    let last = children.iter().map(|child| child.last_line).max();
    let anchored = node.anchored || children.iter().any(|child| child.anchored);
    node.last_line = if flow { end.last_line } else { last.unwrap_or(node.first_line) };
    node.anchored = anchored;
    node
}
