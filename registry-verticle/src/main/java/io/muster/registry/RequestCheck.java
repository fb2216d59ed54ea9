package io.muster.registry;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.registry.client.DeclaredStatus;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.model.ModelRegistration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a request to the registry must be; the doors may be stricter. */
final class RequestCheck {
  private static final TextRule USER = new TextRule("user_id", 1, 255);
  private static final List<String> STATUSES = DeclaredStatus.names();
  private static final List<String> VALID_STATUSES = List.of("valid", "invalid");

  private RequestCheck() {}

  /** Why a client cannot be registered like this; empty when it can. */
  static Optional<FleetException> refusal(ClientRegistration registration) {
    var osType = new TextRule("os_type", 1, 64);
    return first(
        List.of(
            clientId(registration.clientId()),
            new TextRule("user_id", 1, 32).problem(registration.userId()),
            new TextRule("name", 1, 32).problem(registration.name()),
            registration.osType().flatMap(osType::problem),
            oneOf("client_status", STATUSES, registration.clientStatus())));
  }

  /** Why a client cannot be changed like this; empty when it can. */
  static Optional<FleetException> refusal(ClientEdit edit) {
    var osType = new TextRule("os_type", 0, 50);
    var name = new TextRule("name", 0, 255);
    return first(
        List.of(
            clientId(edit.clientId()),
            USER.problem(edit.userId()),
            edit.osType().flatMap(osType::problem),
            edit.name().flatMap(name::problem),
            edit.clientStatus().flatMap(status -> oneOf("client_status", STATUSES, status)),
            edit.validStatus().flatMap(RequestCheck::validStatus)));
  }

  /** Why such a list cannot be had; empty when it can. A status that is none matches nothing. */
  static Optional<FleetException> refusal(ClientQuery query) {
    return first(
        List.of(
            USER.problem(query.userId()),
            query.clientId().flatMap(RequestCheck::clientId),
            query.name().flatMap(TextRule.any("name")::problem),
            query.status().flatMap(TextRule.any("status")::problem),
            query.validStatus().flatMap(RequestCheck::validStatus)));
  }

  /** Why there can be no such client; empty when there can. */
  static Optional<FleetException> refusal(ClientKey key) {
    return first(List.of(USER.problem(key.userId()), clientId(key.clientId())));
  }

  /** Why a model cannot be registered like this; empty when it can. */
  static Optional<FleetException> refusal(ModelRegistration model) {
    return first(
        List.of(
            new TextRule("name", 1, 100).problem(model.name()),
            new TextRule("version", 1, 50).problem(model.version()),
            within("version_code", model.versionCode(), 1, Long.MAX_VALUE),
            within("engine_type", model.engineType(), 0, Short.MAX_VALUE),
            model.minMemoryMb().flatMap(mb -> within("min_memory_mb", mb, 0, Integer.MAX_VALUE)),
            model
                .minGpuMemoryGb()
                .flatMap(gb -> within("min_gpu_memory_gb", gb, 0, Integer.MAX_VALUE))));
  }

  private static Optional<FleetException> first(List<Optional<String>> problems) {
    return problems.stream()
        .flatMap(Optional::stream)
        .findFirst()
        .map(line -> new FleetException(Code.INVALID_ARGUMENT, line));
  }

  private static Optional<String> clientId(@Nullable String text) {
    var normal = Optional.ofNullable(text).flatMap(ClientId::normalize);
    return normal.filter(id -> id.equals(text)).isPresent()
        ? Optional.empty()
        : Optional.of(
            "client_id=" + TextRule.shown(text) + ": expected 32 lower-case hexadecimal digits");
  }

  private static Optional<String> validStatus(@Nullable String text) {
    return oneOf("valid_status", VALID_STATUSES, text);
  }

  private static Optional<String> oneOf(String name, List<String> known, @Nullable String text) {
    return text != null && known.contains(text)
        ? Optional.empty()
        : Optional.of(name + "=" + TextRule.shown(text) + ": expected one of " + known);
  }

  private static Optional<String> within(String name, long number, long min, long max) {
    return number < min || number > max
        ? Optional.of(name + "=" + number + ": expected " + min + " to " + max)
        : Optional.empty();
  }
}
