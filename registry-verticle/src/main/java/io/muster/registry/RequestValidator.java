package io.muster.registry;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.registry.client.DeclaredStatus;
import io.muster.registry.client.PostgresDeviceStore;
import io.muster.registry.client.PostgresHostStore;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.RegisteredDeviceQuery;
import io.muster.schema.client.RegisteredHostQuery;
import io.muster.schema.client.Warning;
import io.muster.schema.model.ModelRegistration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Validates the requests to the registry; the endpoints may be stricter. */
final class RequestValidator {
  private static final TextConstraint USER_ID = new TextConstraint("user_id", 1, 255);
  private static final List<String> CLIENT_STATUSES = DeclaredStatus.names();
  private static final List<String> WARNINGS =
      Stream.concat(
              Stream.of(RegisteredHostQuery.ANY_WARNING),
              Arrays.stream(Warning.values()).map(Warning::wireName))
          .toList();
  private static final int MAX_PER_PAGE = 1000;
  private static final List<String> VALID_STATUSES = List.of("valid", "invalid");

  private RequestValidator() {}

  /** Returns the rejection of an invalid registration; empty if it is valid. */
  static Optional<FleetException> rejection(ClientRegistration registration) {
    var osType = new TextConstraint("os_type", 1, 64);
    return firstProblem(
        List.of(
            clientIdProblem(registration.clientId()),
            new TextConstraint("user_id", 1, 32).problem(registration.userId()),
            new TextConstraint("name", 1, 32).problem(registration.name()),
            registration.osType().flatMap(osType::problem),
            choiceProblem("client_status", CLIENT_STATUSES, registration.clientStatus())));
  }

  /** Returns the rejection of an invalid edit; empty if it is valid. */
  static Optional<FleetException> rejection(ClientEdit edit) {
    var osType = new TextConstraint("os_type", 0, 50);
    var name = new TextConstraint("name", 0, 255);
    return firstProblem(
        List.of(
            clientIdProblem(edit.clientId()),
            USER_ID.problem(edit.userId()),
            edit.osType().flatMap(osType::problem),
            edit.name().flatMap(name::problem),
            edit.clientStatus()
                .flatMap(status -> choiceProblem("client_status", CLIENT_STATUSES, status)),
            edit.validStatus().flatMap(RequestValidator::validStatusProblem)));
  }

  /**
   * Returns the rejection of an invalid query; empty if it is valid. An unknown status is valid and
   * matches nothing.
   */
  static Optional<FleetException> rejection(ClientQuery query) {
    return firstProblem(
        List.of(
            USER_ID.problem(query.userId()),
            query.clientId().flatMap(RequestValidator::clientIdProblem),
            query.name().flatMap(TextConstraint.any("name")::problem),
            query.status().flatMap(TextConstraint.any("status")::problem),
            query.validStatus().flatMap(RequestValidator::validStatusProblem)));
  }

  /** Returns the rejection of an invalid key; empty if it is valid. */
  static Optional<FleetException> rejection(ClientKey key) {
    return firstProblem(List.of(USER_ID.problem(key.userId()), clientIdProblem(key.clientId())));
  }

  /** Returns the rejection of an invalid query; empty if it is valid. The cursor is not checked. */
  static Optional<FleetException> rejection(RegisteredHostQuery query) {
    var filter = query.filter();
    return firstProblem(
        List.of(
            filter.userId().flatMap(TextConstraint.any("user_id")::problem),
            filter.status().flatMap(status -> choiceProblem("status", CLIENT_STATUSES, status)),
            filter.validStatus().flatMap(RequestValidator::validStatusProblem),
            filter.model().flatMap(TextConstraint.any("model")::problem),
            filter.warning().flatMap(name -> choiceProblem("warning", WARNINGS, name)),
            filter.text().flatMap(TextConstraint.any("text")::problem),
            choiceProblem("sort", PostgresHostStore.orders(), query.sort()),
            rangeProblem("limit", query.limit(), 1, MAX_PER_PAGE)));
  }

  /** Returns the rejection of an invalid query; empty if it is valid. The cursor is not checked. */
  static Optional<FleetException> rejection(RegisteredDeviceQuery query) {
    return firstProblem(
        List.of(
            query.userId().flatMap(TextConstraint.any("user_id")::problem),
            query.host().flatMap(TextConstraint.any("host")::problem),
            query.text().flatMap(TextConstraint.any("text")::problem),
            choiceProblem("sort", PostgresDeviceStore.orders(), query.sort()),
            rangeProblem("limit", query.limit(), 1, MAX_PER_PAGE)));
  }

  /** Returns the rejection of an invalid name or client id of a host; empty if it is valid. */
  static Optional<FleetException> hostRejection(String idOrName) {
    return firstProblem(List.of(TextConstraint.any("host").problem(idOrName)));
  }

  /** Returns the rejection of an invalid client id; empty if it is valid. */
  static Optional<FleetException> clientIdRejection(String clientId) {
    return firstProblem(List.of(clientIdProblem(clientId)));
  }

  /** Returns the rejection of an invalid model; empty if it is valid. */
  static Optional<FleetException> rejection(ModelRegistration model) {
    return firstProblem(
        List.of(
            new TextConstraint("name", 1, 100).problem(model.name()),
            new TextConstraint("version", 1, 50).problem(model.version()),
            rangeProblem("version_code", model.versionCode(), 1, Long.MAX_VALUE),
            rangeProblem("engine_type", model.engineType(), 0, Short.MAX_VALUE),
            model
                .minMemoryMb()
                .flatMap(mb -> rangeProblem("min_memory_mb", mb, 0, Integer.MAX_VALUE)),
            model
                .minGpuMemoryGb()
                .flatMap(gb -> rangeProblem("min_gpu_memory_gb", gb, 0, Integer.MAX_VALUE))));
  }

  private static Optional<FleetException> firstProblem(List<Optional<String>> problems) {
    return problems.stream()
        .flatMap(Optional::stream)
        .findFirst()
        .map(problem -> new FleetException(Code.INVALID_ARGUMENT, problem));
  }

  private static Optional<String> clientIdProblem(@Nullable String text) {
    var normalized = Optional.ofNullable(text).flatMap(ClientId::normalize);
    return normalized.filter(id -> id.equals(text)).isPresent()
        ? Optional.empty()
        : Optional.of(
            "client_id="
                + TextConstraint.excerpt(text)
                + ": expected 32 lower-case hexadecimal digits");
  }

  private static Optional<String> validStatusProblem(@Nullable String text) {
    return choiceProblem("valid_status", VALID_STATUSES, text);
  }

  private static Optional<String> choiceProblem(
      String name, List<String> allowed, @Nullable String text) {
    return text != null && allowed.contains(text)
        ? Optional.empty()
        : Optional.of(name + "=" + TextConstraint.excerpt(text) + ": expected one of " + allowed);
  }

  private static Optional<String> rangeProblem(String name, long value, long min, long max) {
    return value < min || value > max
        ? Optional.of(name + "=" + value + ": expected " + min + " to " + max)
        : Optional.empty();
  }
}
