package io.muster.api.http;

import io.muster.runtime.config.Secret;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The token that requests must carry: as {@code Authorization: Bearer}, or as {@code ?token=} if a
 * client cannot send headers.
 *
 * @param token not set if no request needs it
 * @param guessLimit limits the wrong tokens of a client address
 */
public record TokenAuth(Secret token, GuessLimit guessLimit) {
  private static final String BEARER = "Bearer ";

  /** The value of the query parameter {@code token}. */
  public static Optional<String> queryToken(RoutingContext routingContext) {
    return Optional.ofNullable(routingContext.queryParams().get("token"));
  }

  /**
   * Compares the token of the request with that of the node. A wrong one counts toward the limit of
   * its address on every path, also where no token is needed.
   */
  TokenOutcome check(RoutingContext routingContext) {
    if (!token.isSet()) {
      return TokenOutcome.UNNECESSARY;
    }
    var presented = presentedToken(routingContext);
    if (presented.isEmpty()) {
      return TokenOutcome.REJECTED;
    }
    var request = routingContext.request();
    if (guessLimit.isReached(request)) {
      return TokenOutcome.LIMITED;
    }
    if (token.matches(presented.get())) {
      return TokenOutcome.ACCEPTED;
    }
    guessLimit.countWrongToken(request);
    return TokenOutcome.REJECTED;
  }

  private static Optional<String> presentedToken(RoutingContext routingContext) {
    var header = routingContext.request().getHeader(HttpHeaders.AUTHORIZATION);
    var presented =
        header != null && header.regionMatches(true, 0, BEARER, 0, BEARER.length())
            ? Optional.of(header.substring(BEARER.length()).strip())
            : queryToken(routingContext);
    return presented.filter(Predicate.not(String::isEmpty));
  }

  /** The result of the check of a request. */
  enum TokenOutcome {
    /** The node has no token. */
    UNNECESSARY,
    /** The token is right. */
    ACCEPTED,
    /** The token is missing or wrong. */
    REJECTED,
    /** The token was not compared, since its address has sent too many wrong ones. */
    LIMITED
  }
}
