//! Large natural numbers: as much arithmetic as it takes to look at keys and Diffie-Hellman parameters. Not for secrets:
//! nothing here takes the same time for all inputs.

use std::cmp::Ordering;

/// A natural number, least significant digit first, without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Natural(Vec<u32>);

impl Natural {
    pub(crate) fn from_bytes(bytes: &[u8]) -> Self {
        let digits =
            bytes.rchunks(4).map(|chunk| chunk.iter().fold(0u32, |sum, byte| sum << 8 | u32::from(*byte)));
        Self(digits.collect()).trimmed()
    }

    pub(crate) fn small(number: u64) -> Self {
        Self(vec![number as u32, (number >> 32) as u32]).trimmed()
    }

    /// Big-endian bytes, padded with zeros to `length`.
    pub(crate) fn to_bytes(&self, length: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.0.iter().flat_map(|digit| digit.to_le_bytes()).collect();
        bytes.resize(length.max(bytes.len()), 0);
        while bytes.len() > length && bytes.last() == Some(&0) {
            bytes.pop();
        }
        bytes.reverse();
        bytes
    }

    pub(crate) fn bits(&self) -> u32 {
        self.0.last().map_or(0, |top| self.0.len() as u32 * 32 - top.leading_zeros())
    }

    pub(crate) fn is_even(&self) -> bool {
        self.0.first().is_none_or(|digit| digit % 2 == 0)
    }

    pub(crate) fn modulo_small(&self, by: u32) -> u32 {
        let step = |rest: u64, digit: &u32| (rest << 32 | u64::from(*digit)) % u64::from(by);
        self.0.iter().rev().fold(0, step) as u32
    }

    pub(crate) fn add(&self, other: &Self) -> Self {
        let mut sum = Vec::with_capacity(self.0.len().max(other.0.len()) + 1);
        let mut carry = 0u64;
        for at in 0..self.0.len().max(other.0.len()) {
            let here =
                carry + u64::from(*self.0.get(at).unwrap_or(&0)) + u64::from(*other.0.get(at).unwrap_or(&0));
            sum.push(here as u32);
            carry = here >> 32;
        }
        sum.push(carry as u32);
        Self(sum).trimmed()
    }

    /// The difference; zero when `other` is larger.
    pub(crate) fn minus(&self, other: &Self) -> Self {
        if (*self).cmp(other) == Ordering::Less {
            return Self(Vec::new());
        }
        let mut rest = self.0.clone();
        let mut borrow = false;
        for (at, digit) in rest.iter_mut().enumerate() {
            let take = *other.0.get(at).unwrap_or(&0);
            let (once, under) = digit.overflowing_sub(take);
            let (twice, again) = once.overflowing_sub(u32::from(borrow));
            (*digit, borrow) = (twice, under || again);
        }
        Self(rest).trimmed()
    }

    pub(crate) fn times(&self, other: &Self) -> Self {
        let mut product = vec![0u32; self.0.len() + other.0.len()];
        for (at, left) in self.0.iter().enumerate() {
            let mut carry = 0u64;
            for (shift, right) in other.0.iter().enumerate() {
                let here = u64::from(product[at + shift]) + u64::from(*left) * u64::from(*right) + carry;
                product[at + shift] = here as u32;
                carry = here >> 32;
            }
            product[at + other.0.len()] = carry as u32;
        }
        Self(product).trimmed()
    }

    pub(crate) fn halved(&self) -> Self {
        let mut half = self.0.clone();
        let mut carry = 0;
        for digit in half.iter_mut().rev() {
            (*digit, carry) = (*digit >> 1 | carry << 31, *digit & 1);
        }
        Self(half).trimmed()
    }

    fn shifted(&self, bits: u32) -> Self {
        let mut shifted = vec![0; (bits / 32) as usize];
        let by = bits % 32;
        let mut carry = 0u32;
        for digit in &self.0 {
            shifted.push(if by == 0 { *digit } else { digit << by | carry });
            carry = if by == 0 { 0 } else { digit >> (32 - by) };
        }
        shifted.push(carry);
        Self(shifted).trimmed()
    }

    /// What is left after dividing by `by`, which must not be zero. Knuth's algorithm D without the quotient.
    pub(crate) fn modulo(&self, by: &Self) -> Self {
        if by.0.len() < 2 {
            let by = by.0.first().copied().unwrap_or(1);
            return Self::small(u64::from(self.modulo_small(by)));
        }
        if (*self).cmp(by) == Ordering::Less {
            return self.clone();
        }
        let shift = by.0.last().map_or(0, |top| top.leading_zeros());
        let divisor = by.shifted(shift).0;
        let mut rest = self.shifted(shift).0;
        rest.push(0);
        let (width, top) = (divisor.len(), u64::from(divisor[divisor.len() - 1]));
        let next = u64::from(divisor[width - 2]);
        for at in (0..rest.len() - width).rev() {
            let head = u64::from(rest[at + width]) << 32 | u64::from(rest[at + width - 1]);
            let (mut guess, mut left) = (head / top, head % top);
            while guess >> 32 != 0 || guess * next > (left << 32 | u64::from(rest[at + width - 2])) {
                guess -= 1;
                left += top;
                if left >> 32 != 0 {
                    break;
                }
            }
            let mut borrow = 0i64;
            for (digit, part) in rest[at..].iter_mut().zip(&divisor) {
                let product = guess * u64::from(*part);
                let here = i64::from(*digit) - borrow - (product & 0xFFFF_FFFF) as i64;
                *digit = here as u32;
                borrow = (product >> 32) as i64 - (here >> 32);
            }
            let here = i64::from(rest[at + width]) - borrow;
            rest[at + width] = here as u32;
            if here < 0 {
                let mut carry = 0u64;
                for (digit, part) in rest[at..].iter_mut().zip(&divisor) {
                    carry += u64::from(*digit) + u64::from(*part);
                    *digit = carry as u32;
                    carry >>= 32;
                }
                rest[at + width] = rest[at + width].wrapping_add(carry as u32);
            }
        }
        let mut rest = Self(rest).trimmed();
        for _ in 0..shift {
            rest = rest.halved();
        }
        rest
    }

    /// `self` to the power of `exponent`, modulo `modulus`.
    pub(crate) fn power(&self, exponent: &Self, modulus: &Self) -> Self {
        let mut result = Self::small(1).modulo(modulus);
        let base = self.modulo(modulus);
        for at in (0..exponent.bits()).rev() {
            result = result.times(&result).modulo(modulus);
            if exponent.0[(at / 32) as usize] >> (at % 32) & 1 == 1 {
                result = result.times(&base).modulo(modulus);
            }
        }
        result
    }

    /// The largest number whose square is not larger.
    pub(crate) fn square_root(&self) -> Self {
        let mut root = Self(Vec::new());
        for bit in (0..=self.bits() / 2).rev() {
            let tried = root.add(&Self::small(1).shifted(bit));
            if tried.times(&tried).cmp(self) != Ordering::Greater {
                root = tried;
            }
        }
        root
    }

    /// Whether it is prime, by Miller and Rabin with fixed bases: a composite passes only if made to fool them.
    pub(crate) fn is_probably_prime(&self) -> bool {
        const BASES: [u32; 8] = [2, 3, 5, 7, 11, 13, 17, 19];
        // Each base costs as much as a key exchange; four leave no chance to a number that was not made on purpose.
        const TRIED: usize = 4;
        for base in BASES {
            if self.modulo_small(base) == 0 {
                return *self == Self::small(base.into());
            }
        }
        if self.bits() < 2 {
            return false;
        }
        let less_one = self.minus(&Self::small(1));
        let mut odd = less_one.clone();
        let mut twos = 0;
        while odd.is_even() {
            odd = odd.halved();
            twos += 1;
        }
        BASES[..TRIED].iter().all(|base| {
            let mut power = Self::small((*base).into()).power(&odd, self);
            if power == Self::small(1) || power == less_one {
                return true;
            }
            for _ in 1..twos {
                power = power.times(&power).modulo(self);
                if power == less_one {
                    return true;
                }
            }
            false
        })
    }

    pub(crate) fn cmp(&self, other: &Self) -> Ordering {
        self.0.len().cmp(&other.0.len()).then_with(|| self.0.iter().rev().cmp(other.0.iter().rev()))
    }

    fn trimmed(mut self) -> Self {
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn natural(number: u128) -> Natural {
        Natural::from_bytes(&number.to_be_bytes())
    }

    proptest! {
        #[test]
        fn small_cases_agree_with_the_machine(a in any::<u128>(), b in 1u128.., c in any::<u64>()) {
            prop_assert_eq!(natural(a).modulo(&natural(b)), natural(a % b));
            prop_assert_eq!(natural(u128::from(c)).times(&natural(u128::from(c))), natural(u128::from(c) * u128::from(c)));
            prop_assert_eq!(natural(a >> 1).add(&natural(b >> 1)), natural((a >> 1) + (b >> 1)));
            prop_assert_eq!(natural(a.max(b)).minus(&natural(a.min(b))), natural(a.max(b) - a.min(b)));
            prop_assert_eq!(natural(a).square_root(), natural(a.isqrt()));
        }

        #[test]
        fn dividing_a_product_leaves_nothing(
            a in proptest::collection::vec(any::<u8>(), 1..300),
            b in proptest::collection::vec(any::<u8>(), 1..300),
            c in proptest::collection::vec(any::<u8>(), 0..200),
        ) {
            let (a, b) = (Natural::from_bytes(&a), Natural::from_bytes(&b).add(&Natural::small(1)));
            let c = Natural::from_bytes(&c).modulo(&b);
            prop_assert_eq!(a.times(&b).add(&c).modulo(&b), c);
        }
    }

    #[test]
    fn primes_and_powers() {
        assert!(natural(65_537).is_probably_prime());
        assert!(natural((1 << 127) - 1).is_probably_prime());
        assert!(!natural((1 << 67) - 1).is_probably_prime());
        assert!(!natural(561).is_probably_prime());
        assert!(!natural(1).is_probably_prime());
        assert_eq!(natural(3).power(&natural(200), &natural(13)), natural(9));
        assert_eq!(natural(0x0102).to_bytes(4), [0, 0, 1, 2]);
    }
}
