mod facts;
mod moving;
mod tagging;
