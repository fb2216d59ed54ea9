package io.muster.api.rest;

import io.muster.api.http.GetRoute;
import io.muster.api.http.Query;
import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.bus.service.HistoryService;
import io.muster.bus.service.RegistryService;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.history.HealthQuery;
import io.muster.schema.json.WireJson;
import io.vertx.core.Future;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/**
 * {@code GET /api/user/client_stat}, {@code client_health} and {@code client_list}, answered from
 * PostgreSQL.
 */
public final class ClientDoor {
  private static final Set<String> VALID_STATUS = Set.of("valid", "invalid");
  private static final int LONGEST_USER_ID = 255;
  private static final int LONGEST_OWNER_ID = 32;

  private final HistoryService history;
  private final RegistryService registry;
  private final InstantSource clock;

  public ClientDoor(HistoryService history, RegistryService registry, InstantSource clock) {
    this.history = history;
    this.registry = registry;
    this.clock = clock;
  }

  /** Adds the routes. */
  public void mount(Router router) {
    GetRoute.mount(
        router, "/api/user/client_stat", request -> answer(request, stat(query(request))));
    GetRoute.mount(
        router, "/api/user/client_list", request -> answer(request, list(query(request))));
    GetRoute.mount(
        router, "/api/user/client_status_list", request -> answer(request, list(query(request))));
    GetRoute.mount(router, "/api/user/client_health", request -> health(request, query(request)));
  }

  /** Answers a failed request in the envelope. */
  public void fail(RoutingContext request, int status, String message) {
    Envelope.send(request.response(), status, Envelope.failure(message, clock.instant()));
  }

  private Future<?> stat(Query query) {
    return history.clientStat(userId(query, LONGEST_USER_ID));
  }

  private Future<?> list(Query query) {
    var validStatus = filter(query, "valid_status");
    if (validStatus.isPresent() && !VALID_STATUS.contains(validStatus.get())) {
      throw invalid("valid_status", validStatus.get(), "valid or invalid");
    }
    return registry.clients(
        new ClientQuery(
            userId(query, LONGEST_USER_ID),
            clientId(query),
            filter(query, "status"),
            filter(query, "name"),
            validStatus));
  }

  private void health(RoutingContext request, Query query) {
    var range = DateRange.parse(query.text("start_date"), query.text("end_date"));
    var wanted =
        new HealthQuery(
            userId(query, LONGEST_OWNER_ID),
            clientId(query),
            range.fromMillis(),
            range.untilMillis());
    var points =
        history
            .clientHealth(wanted)
            .map(
                series -> {
                  request.response().putHeader("X-Resolution", series.resolution());
                  return series.points();
                });
    answer(request, points);
  }

  private void answer(RoutingContext request, Future<?> data) {
    data.map(WireJson::bytes)
        .onSuccess(
            json -> Envelope.send(request.response(), 200, Envelope.success(json, clock.instant())))
        .onFailure(request::fail);
  }

  private static Query query(RoutingContext request) {
    return new Query(request.queryParams());
  }

  private static String userId(Query query, int longest) {
    var userId = query.required("user_id");
    var length = userId.codePointCount(0, userId.length());
    if (length > longest) {
      throw invalid("user_id", length + " characters", "1 to " + longest + " characters");
    }
    return withoutNul("user_id", userId);
  }

  /** A condition on a list; empty text is none. */
  private static Optional<String> filter(Query query, String name) {
    return query.text(name).filter(text -> !text.isEmpty()).map(text -> withoutNul(name, text));
  }

  /** PostgreSQL has no text with a NUL in it. */
  private static String withoutNul(String name, String text) {
    if (text.indexOf('\0') >= 0) {
      throw invalid(name, text, "no NUL character in it");
    }
    return text;
  }

  private static Optional<String> clientId(Query query) {
    return query
        .text("client_id")
        .map(
            text ->
                ClientId.normalise(text)
                    .orElseThrow(() -> invalid("client_id", text, "32 hexadecimal digits")));
  }

  private static FleetException invalid(String parameter, String value, String expected) {
    return new FleetException(
        Code.INVALID_ARGUMENT, parameter + "=" + value + ": expected " + expected);
  }
}
