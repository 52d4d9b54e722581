package pickle

import "unicode/utf8"

// Strings are what Python's UTF-8 with the surrogatepass handler takes: UTF-8
// in which a surrogate, alone or beside another, is written as the three bytes
// that its number would have.

// validWTF8 says whether s is such a string.
func validWTF8(s []byte) bool {
	for !utf8.Valid(s) {
		i := 0
		for i < len(s) {
			if s[i] < utf8.RuneSelf {
				i++
				continue
			}
			r, n := utf8.DecodeRune(s[i:])
			if r == utf8.RuneError && n <= 1 {
				break
			}
			i += n
		}
		if len(s)-i < 3 || s[i] != 0xed || s[i+1] < 0xa0 || s[i+1] > 0xbf || s[i+2] < 0x80 || s[i+2] > 0xbf {
			return false
		}
		s = s[i+3:]
	}
	return true
}

// appendWTF8 appends a code point, which may be a surrogate.
func appendWTF8(b []byte, r rune) []byte {
	if r >= 0xd800 && r <= 0xdfff {
		return append(b, 0xed, byte(0x80|r>>6&0x3f), byte(0x80|r&0x3f))
	}
	return utf8.AppendRune(b, r)
}

// decodeWTF8 is the first code point of s and its length. s is valid.
func decodeWTF8(s string) (rune, int) {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 && len(s) >= 3 {
		return rune(s[0]&0x0f)<<12 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return r, n
}
