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

class RequestValidatorTest {
  private static final String CLIENT = "0123456789abcdef".repeat(2);
  private static final String ROCKET = "\uD83D\uDE80";
  private static final Optional<String> NONE = Optional.empty();

  @Test
  void rejection_validRegistration_isEmpty() {
    assertThat(
            RequestValidator.rejection(
                registration(ROCKET.repeat(32), CLIENT, "error", NONE, ROCKET.repeat(32))))
        .isEmpty();
    assertThat(
            RequestValidator.rejection(
                registration("u", CLIENT, "active", Optional.of(ROCKET.repeat(64)), "%_'\\")))
        .isEmpty();
  }

  @Test
  void rejection_invalidRegistration_namesTheParameter() {
    var tooLong = "x".repeat(33);
    assertRejected("user_id", registration("", CLIENT, "online", NONE, "n"));
    assertRejected("user_id", registration(tooLong, CLIENT, "online", NONE, "n"));
    assertRejected("user_id", registration("u\0", CLIENT, "online", NONE, "n"));
    assertRejected("user_id", registration(missingText(), CLIENT, "online", NONE, "n"));
    assertRejected("client_id", registration("u", "xyz", "online", NONE, "n"));
    assertRejected("client_id", registration("u", CLIENT + "0", "online", NONE, "n"));
    assertRejected("client_id", registration("u", "0x" + CLIENT, "online", NONE, "n"));
    assertRejected("client_id", registration("u", "A" + CLIENT.substring(1), "online", NONE, "n"));
    assertRejected("client_id", registration("u", missingText(), "online", NONE, "n"));
    assertRejected("client_status", registration("u", CLIENT, "busy", NONE, "n"));
    assertRejected("client_status", registration("u", CLIENT, "ONLINE", NONE, "n"));
    assertRejected("client_status", registration("u", CLIENT, missingText(), NONE, "n"));
    assertRejected("os_type", registration("u", CLIENT, "online", Optional.of(""), "n"));
    assertRejected("os_type", registration("u", CLIENT, "online", Optional.of("a\0"), "n"));
    assertRejected(
        "os_type", registration("u", CLIENT, "online", Optional.of("o".repeat(65)), "n"));
    assertRejected("name", registration("u", CLIENT, "online", NONE, ""));
    assertRejected("name", registration("u", CLIENT, "online", NONE, tooLong));
    assertRejected("name", registration("u", CLIENT, "online", NONE, "n\0"));
    assertRejected("name", registration("u", CLIENT, "online", NONE, "a\nb"));
    assertRejected("name", registration("u", CLIENT, "online", NONE, missingText()));
  }

  @Test
  void rejection_validEdit_isEmpty() {
    var longest = Optional.of(ROCKET.repeat(255));
    var osType = Optional.of(ROCKET.repeat(50));
    assertThat(
            RequestValidator.rejection(
                edit(ROCKET.repeat(255), CLIENT, osType, longest, "offline")))
        .isEmpty();
    assertThat(RequestValidator.rejection(new ClientEdit("u", CLIENT, NONE, NONE, NONE, NONE)))
        .isEmpty();
    assertThat(RequestValidator.rejection(validStatusEdit("valid"))).isEmpty();
    assertThat(RequestValidator.rejection(validStatusEdit("invalid"))).isEmpty();
    assertThat(
            RequestValidator.rejection(
                edit("u", CLIENT, Optional.of(""), Optional.of(""), "error")))
        .isEmpty();
  }

  @Test
  void rejection_invalidEdit_namesTheParameter() {
    assertRejected("user_id", edit("", CLIENT, NONE, NONE, "error"));
    assertRejected("user_id", edit("u".repeat(256), CLIENT, NONE, NONE, "error"));
    assertRejected("client_id", edit("u", "xyz", NONE, NONE, "error"));
    assertRejected("os_type", edit("u", CLIENT, Optional.of("o".repeat(51)), NONE, "error"));
    assertRejected("os_type", edit("u", CLIENT, Optional.of("\0"), NONE, "error"));
    assertRejected("name", edit("u", CLIENT, NONE, Optional.of("n".repeat(256)), "error"));
    assertRejected("name", edit("u", CLIENT, NONE, Optional.of("n\0"), "error"));
    assertRejected("client_status", edit("u", CLIENT, NONE, NONE, ""));
    assertRejected("client_status", edit("u", CLIENT, NONE, NONE, "Error"));
    assertRejected("valid_status", validStatusEdit("warning"));
    assertRejected("valid_status", validStatusEdit("valid\0"));
  }

  @Test
  void rejection_invalidQuery_namesTheParameter() {
    var id = Optional.of(CLIENT);
    assertThat(
            RequestValidator.rejection(
                query("u".repeat(255), id, "%_'", "x".repeat(9999), "valid")))
        .isEmpty();
    assertThat(RequestValidator.rejection(query("u", NONE, "", "", "invalid"))).isEmpty();
    assertRejected("user_id", query("", id, "online", "n", "valid"));
    assertRejected("user_id", query("u".repeat(256), id, "online", "n", "valid"));
    assertRejected("user_id", query("a\0", id, "online", "n", "valid"));
    assertRejected("user_id", query(missingText(), id, "online", "n", "valid"));
    assertRejected("client_id", query("u", Optional.of("xyz"), "online", "n", "valid"));
    assertRejected("status", query("u", id, "\0", "n", "valid"));
    assertRejected("name", query("u", id, "online", "\0", "valid"));
    assertRejected("valid_status", query("u", id, "online", "n", ""));
    assertRejected("valid_status", query("u", id, "online", "n", "maybe"));
  }

  @Test
  void rejection_invalidKey_namesTheParameter() {
    assertThat(RequestValidator.rejection(new ClientKey("u".repeat(255), CLIENT))).isEmpty();
    assertRejected("user_id", RequestValidator.rejection(new ClientKey("", CLIENT)));
    assertRejected("user_id", RequestValidator.rejection(new ClientKey("u\0", CLIENT)));
    assertRejected("client_id", RequestValidator.rejection(new ClientKey("u", CLIENT + "'")));
  }

  @Test
  void rejection_invalidModel_namesTheParameter() {
    var gigabyte = Optional.of(1);
    assertThat(
            RequestValidator.rejection(
                model(ROCKET.repeat(100), ROCKET.repeat(50), 1, 0, Optional.of(0))))
        .isEmpty();
    assertThat(RequestValidator.rejection(model("m", "v", Long.MAX_VALUE, 32_767, gigabyte)))
        .isEmpty();
    assertRejected("name", model("", "v", 1, 0, gigabyte));
    assertRejected("name", model("m".repeat(101), "v", 1, 0, gigabyte));
    assertRejected("name", model("m\0", "v", 1, 0, gigabyte));
    assertRejected("version", model("m", "", 1, 0, gigabyte));
    assertRejected("version", model("m", "v".repeat(51), 1, 0, gigabyte));
    assertRejected("version_code", model("m", "v", 0, 0, gigabyte));
    assertRejected("version_code", model("m", "v", Long.MIN_VALUE, 0, gigabyte));
    assertRejected("engine_type", model("m", "v", 1, -1, gigabyte));
    assertRejected("engine_type", model("m", "v", 1, 32_768, gigabyte));
    assertRejected("min_memory_mb", model("m", "v", 1, 0, Optional.of(-1)));
    assertRejected(
        "min_gpu_memory_gb",
        RequestValidator.rejection(
            new ModelRegistration(
                "m", "v", 1, 0, Optional.empty(), Optional.empty(), Optional.of(-1))));
  }

  @Test
  void rejection_longText_isTruncated() {
    var rejection = RequestValidator.rejection(new ClientKey("u".repeat(60_000), CLIENT));

    assertThat(String.valueOf(rejection)).hasSizeLessThan(200);
  }

  private static void assertRejected(String name, ClientRegistration registration) {
    assertRejected(name, RequestValidator.rejection(registration));
  }

  private static void assertRejected(String name, ClientEdit edit) {
    assertRejected(name, RequestValidator.rejection(edit));
  }

  private static void assertRejected(String name, ClientQuery query) {
    assertRejected(name, RequestValidator.rejection(query));
  }

  private static void assertRejected(String name, ModelRegistration model) {
    assertRejected(name, RequestValidator.rejection(model));
  }

  private static void assertRejected(String name, Optional<FleetException> rejection) {
    assertThat(rejection)
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

  private static ClientEdit validStatusEdit(String validStatus) {
    return new ClientEdit("u", CLIENT, NONE, NONE, NONE, Optional.of(validStatus));
  }

  private static ClientQuery query(
      String user, Optional<String> id, String status, String name, String validStatus) {
    return new ClientQuery(
        user,
        id,
        Optional.of(status),
        Optional.of(name),
        Optional.of(validStatus),
        LimitOffset.ALL);
  }

  private static ModelRegistration model(
      String name, String version, long versionCode, int engineType, Optional<Integer> memory) {
    return new ModelRegistration(
        name, version, versionCode, engineType, Optional.empty(), memory, Optional.empty());
  }

  /** Returns null, the value of a text whose key the sender omitted. */
  @SuppressWarnings("NullAway")
  private static String missingText() {
    return null;
  }
}
