package io.muster.api.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The origins whose pages may use this node: that of the requested host, and those of {@code
 * api.cors_origins}, which are compared byte for byte with the {@code Origin} header. Safe for use
 * by any thread.
 */
public final class PageOrigins {
  private static final Logger log = LoggerFactory.getLogger(PageOrigins.class);
  private static final String ALL = "*";
  private static final String SCHEME_END = "://";
  private static final String FETCH_SITE = "Sec-Fetch-Site";
  private static final Set<String> FOREIGN_SITES = Set.of("cross-site", "same-site");
  private static final Pattern ORIGIN =
      Pattern.compile("null|[A-Za-z][A-Za-z0-9+.-]*://[\\x21-\\x7e&&[^/?#@*,]]+");

  private final boolean all;
  private final Set<String> listed;
  private final TrustedProxies proxies;

  private PageOrigins(boolean all, Set<String> listed, TrustedProxies proxies) {
    this.all = all;
    this.listed = listed;
    this.proxies = proxies;
  }

  /**
   * Creates the origins of the settings. An invalid origin is ignored with a warning; without a
   * valid one only that of the requested host remains.
   */
  public static PageOrigins of(AccessConfig access) {
    var origins = access.corsOrigins();
    var all = origins.contains(ALL);
    if (all) {
      log.warn("all origins are allowed key=api.cors_origins value=*");
    }
    origins.stream()
        .filter(origin -> !origin.equals(ALL) && !isOrigin(origin))
        .forEach(
            origin -> log.warn("invalid origin ignored key=api.cors_origins value={}", origin));
    return new PageOrigins(
        all,
        origins.stream().filter(PageOrigins::isOrigin).collect(Collectors.toUnmodifiableSet()),
        access.trustedProxies());
  }

  /** Returns true if the settings allow the pages of all origins. */
  boolean allowsAll() {
    return all;
  }

  /** Returns true if the settings list the origin. */
  boolean isListed(String origin) {
    return listed.contains(origin);
  }

  /**
   * Returns true if a page of an origin that is neither allowed nor that of the requested host sent
   * the request. Programs send no {@code Origin}; browsers send it with every request that writes
   * and with every handshake of a WebSocket; without it the site decides, if the browser sends it.
   * A page of the requested host is allowed from any port: proxies often forward the name without
   * it.
   */
  public boolean isForeign(HttpServerRequest request) {
    if (all) {
      return false;
    }
    var origins = request.headers().getAll(HttpHeaders.ORIGIN);
    if (origins.isEmpty()) {
      var site = request.getHeader(FETCH_SITE);
      return site != null && FOREIGN_SITES.contains(site);
    }
    return origins.size() > 1
        || (!isListed(origins.get(0)) && !isOfRequestedHost(origins.get(0), request));
  }

  /**
   * The hosts of the request, without ports: that of its Host header, and those that a trusted
   * proxy reports. A malformed one is unchanged. Empty if the request names none, as only programs
   * do.
   */
  Stream<String> requestedHosts(HttpServerRequest request) {
    var authority = request.authority();
    var host = authority == null ? request.getHeader(HttpHeaders.HOST) : authority.host();
    return Stream.concat(
        Stream.ofNullable(host).filter(name -> !name.isEmpty()),
        proxies.forwardedHosts(request).stream());
  }

  private boolean isOfRequestedHost(String origin, HttpServerRequest request) {
    var originHost = hostOf(origin);
    return originHost.isPresent()
        && requestedHosts(request).map(OwnNames::normalize).anyMatch(originHost.get()::equals);
  }

  private static Optional<String> hostOf(String origin) {
    var schemeEnd = origin.indexOf(SCHEME_END);
    return schemeEnd < 0
        ? Optional.empty()
        : Optional.ofNullable(
                HostAndPort.parseAuthority(origin.substring(schemeEnd + SCHEME_END.length()), -1))
            .map(authority -> OwnNames.normalize(authority.host()));
  }

  private static boolean isOrigin(String text) {
    return ORIGIN.matcher(text).matches();
  }
}
