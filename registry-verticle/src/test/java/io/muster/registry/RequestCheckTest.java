package io.muster.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientEdit;
import io.muster.schema.client.ClientKey;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.LimitOffset;
import io.muster.schema.model.ModelRegistration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RequestCheckTest {
  private static final String CLIENT = "0123456789abcdef".repeat(2);
  private static final String ROCKET = "\uD83D\uDE80";
  private static final Optional<String> NONE = Optional.empty();

  @Test
  void refusal_soundRegistration_isNone() {
    assertThat(
            RequestCheck.refusal(
                registration(ROCKET.repeat(32), CLIENT, "error", NONE, ROCKET.repeat(32))))
        .isEmpty();
    assertThat(
            RequestCheck.refusal(
                registration("u", CLIENT, "active", Optional.of(ROCKET.repeat(64)), "%_'\\")))
        .isEmpty();
  }

  @Test
  void refusal_malformedRegistration_namesWhatIsWrong() {
    var longer = "x".repeat(33);
    assertRefused("user_id", registration("", CLIENT, "online", NONE, "n"));
    assertRefused("user_id", registration(longer, CLIENT, "online", NONE, "n"));
    assertRefused("user_id", registration("u\0", CLIENT, "online", NONE, "n"));
    assertRefused("user_id", registration(nothing(), CLIENT, "online", NONE, "n"));
    assertRefused("client_id", registration("u", "xyz", "online", NONE, "n"));
    assertRefused("client_id", registration("u", CLIENT + "0", "online", NONE, "n"));
    assertRefused("client_id", registration("u", "0x" + CLIENT, "online", NONE, "n"));
    assertRefused("client_id", registration("u", "A" + CLIENT.substring(1), "online", NONE, "n"));
    assertRefused("client_id", registration("u", nothing(), "online", NONE, "n"));
    assertRefused("client_status", registration("u", CLIENT, "busy", NONE, "n"));
    assertRefused("client_status", registration("u", CLIENT, "ONLINE", NONE, "n"));
    assertRefused("client_status", registration("u", CLIENT, nothing(), NONE, "n"));
    assertRefused("os_type", registration("u", CLIENT, "online", Optional.of(""), "n"));
    assertRefused("os_type", registration("u", CLIENT, "online", Optional.of("a\0"), "n"));
    assertRefused("os_type", registration("u", CLIENT, "online", Optional.of("o".repeat(65)), "n"));
    assertRefused("name", registration("u", CLIENT, "online", NONE, ""));
    assertRefused("name", registration("u", CLIENT, "online", NONE, longer));
    assertRefused("name", registration("u", CLIENT, "online", NONE, "n\0"));
    assertRefused("name", registration("u", CLIENT, "online", NONE, nothing()));
  }

  @Test
  void refusal_soundEdit_isNone() {
    var longest = Optional.of(ROCKET.repeat(255));
    var system = Optional.of(ROCKET.repeat(50));
    assertThat(RequestCheck.refusal(edit(ROCKET.repeat(255), CLIENT, system, longest, "offline")))
        .isEmpty();
    assertThat(RequestCheck.refusal(new ClientEdit("u", CLIENT, NONE, NONE, NONE, NONE))).isEmpty();
    assertThat(RequestCheck.refusal(valid("valid"))).isEmpty();
    assertThat(RequestCheck.refusal(valid("invalid"))).isEmpty();
    assertThat(RequestCheck.refusal(edit("u", CLIENT, Optional.of(""), Optional.of(""), "error")))
        .isEmpty();
  }

  @Test
  void refusal_malformedEdit_namesWhatIsWrong() {
    assertRefused("user_id", edit("", CLIENT, NONE, NONE, "error"));
    assertRefused("user_id", edit("u".repeat(256), CLIENT, NONE, NONE, "error"));
    assertRefused("client_id", edit("u", "xyz", NONE, NONE, "error"));
    assertRefused("os_type", edit("u", CLIENT, Optional.of("o".repeat(51)), NONE, "error"));
    assertRefused("os_type", edit("u", CLIENT, Optional.of("\0"), NONE, "error"));
    assertRefused("name", edit("u", CLIENT, NONE, Optional.of("n".repeat(256)), "error"));
    assertRefused("name", edit("u", CLIENT, NONE, Optional.of("n\0"), "error"));
    assertRefused("client_status", edit("u", CLIENT, NONE, NONE, ""));
    assertRefused("client_status", edit("u", CLIENT, NONE, NONE, "Error"));
    assertRefused("valid_status", valid("warning"));
    assertRefused("valid_status", valid("valid\0"));
  }

  @Test
  void refusal_queries_areRefusedOnlyWhenTheyCannotBeAsked() {
    var id = Optional.of(CLIENT);
    assertThat(RequestCheck.refusal(query("u".repeat(255), id, "%_'", "x".repeat(9999), "valid")))
        .isEmpty();
    assertThat(RequestCheck.refusal(query("u", NONE, "", "", "invalid"))).isEmpty();
    assertRefused("user_id", query("", id, "online", "n", "valid"));
    assertRefused("user_id", query("u".repeat(256), id, "online", "n", "valid"));
    assertRefused("user_id", query("a\0", id, "online", "n", "valid"));
    assertRefused("user_id", query(nothing(), id, "online", "n", "valid"));
    assertRefused("client_id", query("u", Optional.of("xyz"), "online", "n", "valid"));
    assertRefused("status", query("u", id, "\0", "n", "valid"));
    assertRefused("name", query("u", id, "online", "\0", "valid"));
    assertRefused("valid_status", query("u", id, "online", "n", ""));
    assertRefused("valid_status", query("u", id, "online", "n", "maybe"));
  }

  @Test
  void refusal_malformedKey_namesWhatIsWrong() {
    assertThat(RequestCheck.refusal(new ClientKey("u".repeat(255), CLIENT))).isEmpty();
    assertRefused("user_id", RequestCheck.refusal(new ClientKey("", CLIENT)));
    assertRefused("user_id", RequestCheck.refusal(new ClientKey("u\0", CLIENT)));
    assertRefused("client_id", RequestCheck.refusal(new ClientKey("u", CLIENT + "'")));
  }

  @Test
  void refusal_malformedModel_namesWhatIsWrong() {
    var gigabyte = Optional.of(1);
    assertThat(
            RequestCheck.refusal(
                model(ROCKET.repeat(100), ROCKET.repeat(50), 1, 0, Optional.of(0))))
        .isEmpty();
    assertThat(RequestCheck.refusal(model("m", "v", Long.MAX_VALUE, 32_767, gigabyte))).isEmpty();
    assertRefused("name", model("", "v", 1, 0, gigabyte));
    assertRefused("name", model("m".repeat(101), "v", 1, 0, gigabyte));
    assertRefused("name", model("m\0", "v", 1, 0, gigabyte));
    assertRefused("version", model("m", "", 1, 0, gigabyte));
    assertRefused("version", model("m", "v".repeat(51), 1, 0, gigabyte));
    assertRefused("version_code", model("m", "v", 0, 0, gigabyte));
    assertRefused("version_code", model("m", "v", Long.MIN_VALUE, 0, gigabyte));
    assertRefused("engine_type", model("m", "v", 1, -1, gigabyte));
    assertRefused("engine_type", model("m", "v", 1, 32_768, gigabyte));
    assertRefused("min_memory_mb", model("m", "v", 1, 0, Optional.of(-1)));
    assertRefused(
        "min_gpu_memory_gb",
        RequestCheck.refusal(
            new ModelRegistration(
                "m", "v", 1, 0, Optional.empty(), Optional.empty(), Optional.of(-1))));
  }

  @Test
  void refusal_longText_isNotRepeatedWhole() {
    var refusal = RequestCheck.refusal(new ClientKey("u".repeat(60_000), CLIENT));

    assertThat(String.valueOf(refusal)).hasSizeLessThan(200);
  }

  private static void assertRefused(String name, ClientRegistration registration) {
    assertRefused(name, RequestCheck.refusal(registration));
  }

  private static void assertRefused(String name, ClientEdit edit) {
    assertRefused(name, RequestCheck.refusal(edit));
  }

  private static void assertRefused(String name, ClientQuery query) {
    assertRefused(name, RequestCheck.refusal(query));
  }

  private static void assertRefused(String name, ModelRegistration model) {
    assertRefused(name, RequestCheck.refusal(model));
  }

  private static void assertRefused(String name, Optional<FleetException> refusal) {
    assertThat(refusal)
        .hasValueSatisfying(
            failure -> {
              assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT);
              assertThat(failure).hasMessageMatching("(?s)" + name + "[=:].*");
            });
  }

  private static ClientRegistration registration(
      String user, String id, String status, Optional<String> osType, String name) {
    return new ClientRegistration(user, id, status, osType, name);
  }

  private static ClientEdit edit(
      String user, String id, Optional<String> osType, Optional<String> name, String status) {
    return new ClientEdit(user, id, osType, name, Optional.of(status), NONE);
  }

  private static ClientEdit valid(String validStatus) {
    return new ClientEdit("u", CLIENT, NONE, NONE, NONE, Optional.of(validStatus));
  }

  private static ClientQuery query(
      String user, Optional<String> id, String status, String name, String valid) {
    return new ClientQuery(
        user, id, Optional.of(status), Optional.of(name), Optional.of(valid), LimitOffset.ALL);
  }

  private static ModelRegistration model(
      String name, String version, long versionCode, int engineType, Optional<Integer> memory) {
    return new ModelRegistration(
        name, version, versionCode, engineType, Optional.empty(), memory, Optional.empty());
  }

  /** What a sender that leaves a key out makes of a text. */
  @SuppressWarnings("NullAway")
  private static String nothing() {
    return null;
  }
}
