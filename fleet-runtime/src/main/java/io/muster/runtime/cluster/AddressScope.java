package io.muster.runtime.cluster;

import java.net.Inet6Address;
import java.net.InetAddress;

/** The scope of an address, which decides whether an unauthenticated port may listen on it. */
enum AddressScope {
  /** Every interface of the machine. */
  WILDCARD,
  /** This machine. */
  LOOPBACK,
  /** Link-local, site-local (RFC 1918), shared (RFC 6598, 100.64/10) or unique local (RFC 4193). */
  PRIVATE,
  /** Any other address. */
  PUBLIC;

  static AddressScope of(InetAddress address) {
    if (address.isAnyLocalAddress()) {
      return WILDCARD;
    }
    if (address.isLoopbackAddress()) {
      return LOOPBACK;
    }
    var local = address.isLinkLocalAddress() || isSiteLocal(address) || isUniqueLocal(address);
    return local || isShared(address) ? PRIVATE : PUBLIC;
  }

  /** RFC 1918; the IPv6 block of that name (fec0::/10) is deprecated, and equally private. */
  private static boolean isSiteLocal(InetAddress address) {
    return address.isSiteLocalAddress();
  }

  private static boolean isUniqueLocal(InetAddress address) {
    return address instanceof Inet6Address && (address.getAddress()[0] & 0xFE) == 0xFC;
  }

  private static boolean isShared(InetAddress address) {
    var bytes = address.getAddress();
    return bytes.length == 4 && bytes[0] == 100 && (bytes[1] & 0xC0) == 0x40;
  }
}
