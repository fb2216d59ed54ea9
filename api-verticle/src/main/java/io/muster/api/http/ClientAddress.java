package io.muster.api.http;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a client, or one by which it connects. An IPv4-mapped IPv6 address is converted to
 * the IPv4 address.
 *
 * @param address without a zone
 */
public record ClientAddress(InetAddress address) {
  private static final int NETWORK_BYTES = 8;
  private static final Pattern PLAIN = Pattern.compile("[0-9A-Fa-f:.]+");
  private static final Pattern WITH_PORT =
      Pattern.compile("\\[([^\\]]*)](?::\\d{1,5})?|([^:]*):\\d{1,5}");

  public ClientAddress {
    address = of(address.getAddress());
  }

  /** The peer of the connection; empty on a Unix socket. */
  static Optional<ClientAddress> peer(HttpServerRequest request) {
    return of(request.remoteAddress());
  }

  /** The address to which the peer has connected; empty on a Unix socket. */
  static Optional<ClientAddress> local(HttpServerRequest request) {
    return of(request.localAddress());
  }

  /**
   * Parses an address as written in headers: with or without a port, and in brackets if it is IPv6;
   * empty for anything else.
   */
  static Optional<ClientAddress> parse(String text) {
    var matcher = WITH_PORT.matcher(text);
    var bare = text;
    if (matcher.matches()) {
      bare = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
    } else if (text.startsWith("[")) {
      return Optional.empty();
    }
    return parseBare(bare);
  }

  /** Parses an address without a port or brackets; never queries a name server. */
  static Optional<ClientAddress> parseBare(String text) {
    return PLAIN.matcher(text).matches()
        ? Optional.ofNullable(NetUtil.createByteArrayFromIpAddressString(text))
            .map(bytes -> new ClientAddress(of(bytes)))
        : Optional.empty();
  }

  /**
   * The key by which limits count: an IPv4 address, or the network (/64) of an IPv6 address, since
   * a client usually controls all addresses of its network.
   */
  public InetAddress limitKey() {
    return address instanceof Inet6Address
        ? of(Arrays.copyOf(Arrays.copyOf(address.getAddress(), NETWORK_BYTES), 16))
        : address;
  }

  /** Returns the address as text, for logs. */
  @Override
  public String toString() {
    return address.getHostAddress();
  }

  private static Optional<ClientAddress> of(@Nullable SocketAddress address) {
    return Optional.ofNullable(address)
        .flatMap(end -> Optional.ofNullable(end.hostAddress()))
        .flatMap(text -> parseBare(text.replaceFirst("%.*", "")));
  }

  private static InetAddress of(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException impossible) {
      throw new IllegalArgumentException(
          "bytes=" + bytes.length + ": expected 4 or 16", impossible);
    }
  }
}
