mod facts;
mod moving;
