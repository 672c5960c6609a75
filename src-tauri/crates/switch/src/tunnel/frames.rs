//! Where frames of a WebSocket begin and end (RFC 6455 §5.2). Payloads pass unread.

/// The close frame that the switch sends: 1012, service restart.
pub(crate) const GOODBYE: &[u8] = &[0x88, 0x02, 0x03, 0xF4];

const CLOSE: u8 = 0x8;

/// Follows one direction of a WebSocket.
#[derive(Debug, Default)]
pub(crate) struct FrameWalker {
    head: Head,
    payload_left: u64,
    saw_close: bool,
}

/// The head of the frame being read, as far as it has come: 2 bytes, then up to 8 of length, then
/// up to 4 of mask.
#[derive(Debug, Default)]
struct Head {
    bytes: [u8; 14],
    length: usize,
}

impl FrameWalker {
    /// Follows the next bytes.
    pub(crate) fn walk(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            if self.payload_left > 0 {
                let available = bytes.len() as u64;
                let skipped = self.payload_left.min(available);
                self.payload_left -= skipped;
                let skipped = usize::try_from(skipped).unwrap_or(bytes.len());
                bytes = &bytes[skipped..];
            } else {
                self.head.bytes[self.head.length] = bytes[0];
                self.head.length += 1;
                bytes = &bytes[1..];
                if self.head.is_complete() {
                    self.saw_close |= self.head.opcode() == CLOSE;
                    self.payload_left = self.head.payload();
                    self.head = Head::default();
                }
            }
        }
    }

    /// Whether a frame of one's own could be put in here.
    pub(crate) fn is_at_boundary(&self) -> bool {
        self.payload_left == 0 && self.head.length == 0
    }

    /// Whether a whole close frame has passed.
    pub(crate) fn has_closed(&self) -> bool {
        self.saw_close && self.is_at_boundary()
    }
}

impl Head {
    fn is_complete(&self) -> bool {
        self.length >= 2 && self.length == 2 + self.length_bytes() + self.mask_bytes()
    }

    fn opcode(&self) -> u8 {
        self.bytes[0] & 0x0F
    }

    fn length_bytes(&self) -> usize {
        match self.bytes[1] & 0x7F {
            127 => 8,
            126 => 2,
            _ => 0,
        }
    }

    fn mask_bytes(&self) -> usize {
        if self.bytes[1] & 0x80 == 0 { 0 } else { 4 }
    }

    fn payload(&self) -> u64 {
        match self.length_bytes() {
            0 => u64::from(self.bytes[1] & 0x7F),
            count => self.bytes[2..2 + count]
                .iter()
                .fold(0, |length, byte| (length << 8) | u64::from(*byte)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(parts: &[&[u8]]) -> FrameWalker {
        let mut walker = FrameWalker::default();
        for part in parts {
            walker.walk(part);
        }
        walker
    }

    #[test]
    fn a_short_frame_ends_with_its_payload() {
        assert!(!walk(&[&[0x81, 3, b'a', b'b']]).is_at_boundary());
        assert!(walk(&[&[0x81, 3, b'a', b'b', b'c']]).is_at_boundary());
    }

    #[test]
    fn a_head_may_come_byte_by_byte() {
        let frame = [&[0x82, 126, 0x01, 0x00][..], &[7; 256]].concat();
        let bytes: Vec<&[u8]> = frame.chunks(1).collect();
        assert!(!walk(&bytes[..3]).is_at_boundary());
        assert!(!walk(&bytes[..bytes.len() - 1]).is_at_boundary());
        assert!(walk(&bytes).is_at_boundary());
    }

    #[test]
    fn a_64_bit_length_is_followed() {
        let head: &[u8] = &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0];
        assert!(!walk(&[head, &vec![0; 65_535]]).is_at_boundary());
        assert!(walk(&[head, &vec![0; 65_536]]).is_at_boundary());
    }

    #[test]
    fn a_mask_belongs_to_the_head() {
        assert!(!walk(&[&[0x81, 0x81, 1, 2, 3, 4]]).is_at_boundary());
        assert!(walk(&[&[0x81, 0x81, 1, 2, 3, 4, 5]]).is_at_boundary());
    }

    #[test]
    fn a_close_frame_counts_once_it_is_whole() {
        assert!(!walk(&[&GOODBYE[..3]]).has_closed());
        assert!(walk(&[GOODBYE]).has_closed());
    }

    #[test]
    fn a_payload_that_looks_like_a_close_frame_is_none() {
        assert!(!walk(&[&[0x82, 4], GOODBYE]).has_closed());
    }

    #[test]
    fn the_longest_length_does_not_overflow() {
        let mut walker = walk(&[&[0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255]]);
        walker.walk(&[0; 100]);
        assert!(!walker.is_at_boundary());
    }
}
