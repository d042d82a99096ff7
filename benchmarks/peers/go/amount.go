package main

import (
	"fmt"
	"strconv"
	"strings"
)

// Amount is money in minor units: an integer in the database, a decimal string on the wire.
type Amount int

// MarshalText writes the amount in major units, with two digits.
func (a Amount) MarshalText() ([]byte, error) {
	text := make([]byte, 0, 12)
	if a < 0 {
		text, a = append(text, '-'), -a
	}
	text = strconv.AppendInt(text, int64(a/100), 10)
	return append(text, '.', byte('0'+a/10%10), byte('0'+a%10)), nil
}

// scaled reads a decimal as an integer with so many digits after the point; more digits than that are an error.
func scaled(text string, digits int) (int, error) {
	whole, fraction, _ := strings.Cut(text, ".")
	if len(fraction) > digits {
		return 0, fmt.Errorf("%q has more than %d digits after the point", text, digits)
	}
	return strconv.Atoi(whole + fraction + strings.Repeat("0", digits-len(fraction)))
}

// divided rounds half up; both numbers are positive.
func divided(dividend, divisor int) int {
	return (2*dividend + divisor) / (2 * divisor)
}
