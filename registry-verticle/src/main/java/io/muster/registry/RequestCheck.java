package io.muster.registry;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a request to the registry must be; the doors may be stricter. */
final class RequestCheck {
  private static final List<String> STATUSES =
      List.of("active", "online", "offline", "maintenance", "error");
  private static final int MAX_NAME = 32;
  private static final int MAX_OS_TYPE = 64;

  private RequestCheck() {}

  /** Why a client cannot be registered like this; empty when it can. */
  static Optional<FleetException> refusal(ClientRegistration registration) {
    return first(
        List.of(
            clientId(registration.clientId()),
            length("user_id", registration.userId(), MAX_NAME),
            length("name", registration.name(), MAX_NAME),
            registration.osType().flatMap(text -> length("os_type", text, MAX_OS_TYPE)),
            status(registration.clientStatus())));
  }

  /** Why such a list cannot be had; empty when it can. */
  static Optional<FleetException> refusal(ClientQuery query) {
    return first(
        List.of(
            query.clientId().flatMap(RequestCheck::clientId),
            text("user_id", query.userId()),
            query.name().flatMap(text -> text("name", text)),
            query.status().flatMap(text -> text("status", text)),
            query.validStatus().flatMap(text -> text("valid_status", text))));
  }

  private static Optional<FleetException> first(List<Optional<String>> problems) {
    return problems.stream()
        .flatMap(Optional::stream)
        .findFirst()
        .map(line -> new FleetException(Code.INVALID_ARGUMENT, line));
  }

  private static Optional<String> clientId(@Nullable String text) {
    var normal = Optional.ofNullable(text).flatMap(ClientId::normalise);
    return normal.filter(id -> id.equals(text)).isPresent()
        ? Optional.empty()
        : Optional.of("client_id=" + text + ": expected 32 lower-case hexadecimal digits");
  }

  private static Optional<String> length(String name, @Nullable String text, int max) {
    var length = text == null ? 0 : text.codePointCount(0, text.length());
    return length < 1 || length > max
        ? Optional.of(name + "=" + text + ": expected 1 to " + max + " characters")
        : text(name, text);
  }

  /** PostgreSQL takes every character but U+0000. */
  private static Optional<String> text(String name, @Nullable String text) {
    return text == null || text.indexOf('\0') >= 0
        ? Optional.of(name + "=" + text + ": expected a text without U+0000")
        : Optional.empty();
  }

  private static Optional<String> status(@Nullable String text) {
    return text != null && STATUSES.contains(text)
        ? Optional.empty()
        : Optional.of("client_status=" + text + ": expected one of " + STATUSES);
  }
}
