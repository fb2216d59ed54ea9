package io.muster.api.http;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A block of addresses of one length that begin with the same bits.
 *
 * @param addressBits 32 or 128
 * @param prefix those bits, as a number
 * @param prefixBits number of those bits
 */
record CidrBlock(int addressBits, BigInteger prefix, int prefixBits) {
  private static final Pattern SYNTAX = Pattern.compile("([0-9A-Fa-f:.]+)(?:/(\\d{1,3}))?");

  /**
   * Parses an address, which is a block of one, or {@code address/bits}; empty for anything else.
   */
  static Optional<CidrBlock> parse(String text) {
    var matcher = SYNTAX.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return ClientAddress.parseBare(matcher.group(1))
        .flatMap(address -> of(address, Optional.ofNullable(matcher.group(2))));
  }

  boolean contains(ClientAddress address) {
    return bitLength(address) == addressBits && prefix(address, prefixBits).equals(prefix);
  }

  private static Optional<CidrBlock> of(ClientAddress address, Optional<String> length) {
    var maxBits = bitLength(address);
    var prefixLength = length.map(Integer::parseInt).orElse(maxBits);
    return prefixLength > maxBits
        ? Optional.empty()
        : Optional.of(new CidrBlock(maxBits, prefix(address, prefixLength), prefixLength));
  }

  private static int bitLength(ClientAddress address) {
    return address.address().getAddress().length * Byte.SIZE;
  }

  private static BigInteger prefix(ClientAddress address, int length) {
    return new BigInteger(1, address.address().getAddress())
        .shiftRight(bitLength(address) - length);
  }
}
