package io.muster.api.http;

import io.muster.runtime.config.ConfigReader;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * The proxies whose forwarding headers are trusted. The headers of other peers are ignored, since
 * any client can send them.
 *
 * @param blocks addresses of the proxies
 */
public record TrustedProxies(List<CidrBlock> blocks) {
  private static final String KEY = "api.trusted_proxies";
  private static final String FORWARDED_FOR = "X-Forwarded-For";
  private static final String REAL_IP = "X-Real-IP";
  private static final String FORWARDED_HOST = "X-Forwarded-Host";

  public TrustedProxies {
    blocks = List.copyOf(blocks);
  }

  /** Reads the setting: addresses and blocks of addresses. */
  public static TrustedProxies from(ConfigReader reader) {
    var expected = "an address, or address/bits";
    return new TrustedProxies(
        reader.list(KEY, text -> CidrBlock.parse(text).isPresent(), expected).stream()
            .flatMap(text -> CidrBlock.parse(text).stream())
            .toList());
  }

  /** Trusts no proxy. */
  public static TrustedProxies none() {
    return new TrustedProxies(List.of());
  }

  /**
   * The client of a request: the peer of the connection, or the client that a trusted peer names.
   * Empty on a Unix socket, whose clients have no address.
   */
  public Optional<ClientAddress> clientAddress(HttpServerRequest request) {
    return ClientAddress.peer(request).map(peer -> clientAddress(peer, request.headers()));
  }

  /** The key by which limits count the client of a request; empty on a Unix socket. */
  public Optional<String> limitKey(HttpServerRequest request) {
    return clientAddress(request).map(client -> client.limitKey().getHostAddress());
  }

  /**
   * The hosts that the client and the proxies before the last one requested, as far as a trusted
   * peer reports them, without ports; one that is malformed is returned unchanged.
   */
  List<String> forwardedHosts(HttpServerRequest request) {
    if (blocks.isEmpty() || ClientAddress.peer(request).filter(this::isTrusted).isEmpty()) {
      return List.of();
    }
    return request.headers().getAll(FORWARDED_HOST).stream()
        .flatMap(value -> Arrays.stream(value.split(",", -1)))
        .filter(host -> !host.isBlank())
        .map(TrustedProxies::withoutPort)
        .toList();
  }

  ClientAddress clientAddress(ClientAddress peer, MultiMap headers) {
    return isTrusted(peer) ? forwardedAddress(headers).orElse(peer) : peer;
  }

  /**
   * The last address that is not a trusted proxy, since entries before it cannot be verified;
   * {@code X-Real-IP} if there is none. Empty if an entry up to it is not an address.
   */
  private Optional<ClientAddress> forwardedAddress(MultiMap headers) {
    var hops = new ArrayList<>(List.of(String.join(",", headers.getAll(FORWARDED_FOR)).split(",")));
    hops.removeIf(String::isBlank);
    Collections.reverse(hops);
    for (var hop : hops) {
      var address = ClientAddress.parse(hop.strip());
      if (address.isEmpty() || !isTrusted(address.get())) {
        return address;
      }
    }
    return Optional.ofNullable(headers.get(REAL_IP))
        .map(String::strip)
        .flatMap(ClientAddress::parse);
  }

  private static String withoutPort(String host) {
    var authority = HostAndPort.parseAuthority(host.strip(), -1);
    return authority == null ? host : authority.host();
  }

  private boolean isTrusted(ClientAddress address) {
    return blocks.stream().anyMatch(block -> block.contains(address));
  }
}
