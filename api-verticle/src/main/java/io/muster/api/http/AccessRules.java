package io.muster.api.http;

import io.micrometer.core.instrument.Counter;
import io.muster.api.http.TokenAuth.TokenOutcome;
import io.muster.bus.metrics.MeterFactory;
import io.muster.runtime.config.Secret;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The rules by which a listener admits requests. With a token they must carry it: a web page that
 * does not know the token gets nothing, so that its origin and the requested host do not matter.
 * Without one, the requested host must be a name of this node, since a page whose own name resolves
 * to this node (DNS rebinding) is of the same origin for its browser; and a page of another origin
 * that is not allowed cannot write. Safe for use by any thread.
 */
public final class AccessRules {
  private static final Set<HttpMethod> READING_METHODS =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);
  private static final String OPERATOR = "muster.operator";

  private final TokenAuth auth;
  private final PageOrigins origins;
  private final Optional<OwnNames> ownNames;
  private final Function<ForeignRequest, Counter> rejected;
  private final Cors cors;
  private final boolean isOwnerOnly;

  private AccessRules(
      TokenAuth auth,
      PageOrigins origins,
      Optional<OwnNames> ownNames,
      Function<ForeignRequest, Counter> rejected,
      boolean isOwnerOnly) {
    this.auth = auth;
    this.origins = origins;
    this.ownNames = ownNames;
    this.rejected = rejected;
    this.cors = new Cors(origins, auth.token().isSet());
    this.isOwnerOnly = isOwnerOnly;
  }

  /** Creates the rules of a TCP listener. */
  public static AccessRules create(
      TokenAuth auth, PageOrigins origins, OwnNames ownNames, MeterFactory meters) {
    return new AccessRules(
        auth,
        origins,
        auth.token().isSet() ? Optional.empty() : Optional.of(ownNames),
        meters.counters(
            "requests.refused",
            "Requests of foreign web pages rejected, by reason",
            "reason",
            ForeignRequest.class),
        false);
  }

  /**
   * Returns the rules of the Unix socket: it needs no token, since its mode admits only the owner,
   * and any host name is allowed, since no browser connects to it. A proxy in front of it may
   * authenticate browsers by credentials that they add automatically: their pages cannot write.
   */
  public AccessRules forUnixSocket() {
    return new AccessRules(
        new TokenAuth(Secret.NONE, auth.guessLimit()), origins, Optional.empty(), rejected, true);
  }

  /**
   * Returns true if the client has proved that it may read details of this node, such as names of
   * users, hosts and paths: by the token, or by the mode of the Unix socket.
   */
  public static boolean isFromOperator(RoutingContext routingContext) {
    return routingContext.get(OPERATOR) != null;
  }

  /** Begins to follow the addresses of this machine, until the verticle of the caller stops. */
  public Future<Void> start(Vertx vertx) {
    return ownNames.map(names -> names.start(vertx)).orElseGet(Future::succeededFuture);
  }

  /** Passes a request on to the routes of the endpoint, which owns its path, or rejects it. */
  void apply(RoutingContext routingContext, Endpoint endpoint) {
    cors.putHeaders(routingContext, endpoint);
    var violation = violation(routingContext.request());
    if (violation.isPresent()) {
      rejected.apply(violation.get()).increment();
      routingContext.fail(violation.get().status);
    } else if (routingContext.request().method().equals(HttpMethod.OPTIONS)) {
      // Browsers send the preflight without the token, and no route returns data for it.
      routingContext.next();
    } else {
      checkToken(routingContext, endpoint);
    }
  }

  private void checkToken(RoutingContext routingContext, Endpoint endpoint) {
    var outcome = auth.check(routingContext);
    if (isOwnerOnly || outcome == TokenOutcome.ACCEPTED) {
      routingContext.put(OPERATOR, true);
    }
    if (endpoint.isPublic()) {
      routingContext.next();
      return;
    }
    switch (outcome) {
      case UNNECESSARY, ACCEPTED -> routingContext.next();
      case REJECTED -> endpoint.rejectUnauthenticated(routingContext);
      case LIMITED -> {
        routingContext.response().putHeader(HttpHeaders.RETRY_AFTER, "1");
        routingContext.fail(429);
      }
    }
  }

  private Optional<ForeignRequest> violation(HttpServerRequest request) {
    if (auth.token().isSet()) {
      return Optional.empty();
    }
    if (ownNames.isPresent() && !requestsOwnHost(ownNames.get(), request)) {
      return Optional.of(ForeignRequest.HOST);
    }
    return !READING_METHODS.contains(request.method()) && origins.isForeign(request)
        ? Optional.of(ForeignRequest.ORIGIN)
        : Optional.empty();
  }

  private boolean requestsOwnHost(OwnNames names, HttpServerRequest request) {
    return origins
        .requestedHosts(request)
        .allMatch(host -> names.contains(host, () -> ClientAddress.local(request)));
  }

  /** The rule that a request of a foreign web page broke. */
  private enum ForeignRequest {
    /** It addresses this node by a name that is not its own. */
    HOST(421),
    /** It would write, and its page belongs to an origin that is not allowed. */
    ORIGIN(403);

    private final int status;

    ForeignRequest(int status) {
      this.status = status;
    }
  }
}
