package io.muster.registry;

import static io.muster.registry.Rows.await;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.bus.FleetException;
import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientId;
import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.json.WireTime;
import io.muster.testkit.EmbeddedDatabase;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgresRegistryIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final Instant NOON = noon(InstantSource.system());

  private final String user = UUID.randomUUID().toString().substring(0, 30);
  private final String client = newId();
  private Instant now = NOON;
  private Rows rows;
  private PostgresRegistry registry;

  @BeforeEach
  void open() {
    rows = new Rows(postgres.database());
    registry = new PostgresRegistry(postgres.database(), () -> now);
  }

  @Test
  void announce_newClient_isListedAtOnce() {
    announce(user, "host", Optional.of("linux"));

    assertThat(list())
        .containsExactly(
            new ClientSummary(
                client,
                "host",
                "online",
                "linux",
                "",
                0,
                0,
                0,
                0,
                0,
                WireTime.utcMicros(NOON),
                WireTime.utcMicros(NOON),
                0));
  }

  @Test
  void announce_again_keepsWhatPeopleEdited() {
    announce(user, "host", Optional.empty());
    register("edited", "maintenance", Optional.empty());
    now = NOON.plus(ofHours(1));
    announce(user, "host", Optional.of("linux"));
    announce(user, "host", Optional.of("other"));

    var listed = list().get(0);
    assertThat(listed.clientName()).isEqualTo("edited");
    assertThat(listed.clientStatus()).isEqualTo("maintenance");
    assertThat(listed.osType()).isEqualTo("linux");
    assertThat(listed.createdAt()).isEqualTo(WireTime.utcMicros(NOON));
  }

  @Test
  void announce_underAnotherOwner_movesTheClient() {
    announce("former " + user.substring(10), "host", Optional.of("linux"));
    register("former " + user.substring(10), "edited", "error");
    announce(user, "host", Optional.of("linux"));

    assertThat(list("former " + user.substring(10))).isEmpty();
    assertThat(list())
        .extracting(ClientSummary::clientName, ClientSummary::clientStatus)
        .containsExactly(tuple("edited", "error"));
  }

  @Test
  void announce_deletedClient_staysDeleted() {
    announce(user, "host", Optional.empty());
    rows.set(client, "valid_status", "'invalid'");
    announce(user, "host", Optional.empty());

    assertThat(list()).isEmpty();
  }

  @Test
  void register_ownClient_updatesNameStatusAndSystem() {
    register("one", "online", Optional.of("linux"));
    now = NOON.plus(ofHours(1));
    register("two", "active", Optional.empty());

    assertThat(list())
        .extracting(
            ClientSummary::clientName,
            ClientSummary::clientStatus,
            ClientSummary::osType,
            ClientSummary::createdAt)
        .containsExactly(tuple("two", "active", "linux", WireTime.utcMicros(NOON)));
    register("two", "active", Optional.of("bsd"));
    assertThat(list().get(0).osType()).isEqualTo("bsd");
  }

  @Test
  void register_foreignClient_isRefusedWithoutNamingTheOwner() {
    announce(user, "host", Optional.empty());

    assertThatThrownBy(() -> register("thief", "stolen", "offline"))
        .hasMessageContaining(client)
        .hasMessageNotContaining(user)
        .isInstanceOfSatisfying(
            FleetException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT));
    assertThat(list().get(0).clientName()).isEqualTo("host");
  }

  @Test
  void register_longestTexts_areCountedInCharacters() {
    var name = "\uD83D\uDE80".repeat(32);
    await(
        registry.register(registration(user, client, "online", Optional.of("o".repeat(64)), name)));

    assertThat(list().get(0).clientName()).isEqualTo(name);
  }

  @Test
  void register_malformed_isInvalidAndStoresNothing() {
    var none = Optional.<String>empty();
    List.of(
            registration("", client, "online", none, "n"),
            registration("u".repeat(33), client, "online", none, "n"),
            registration(user + "\0", client, "online", none, "n"),
            registration(user, client.toUpperCase(Locale.ROOT) + "x", "online", none, "n"),
            registration(user, "xyz", "online", none, "n"),
            registration(user, client, "busy", none, "n"),
            registration(user, client, "ONLINE", none, "n"),
            registration(user, client, "online", Optional.of(""), "n"),
            registration(user, client, "online", Optional.of("o".repeat(65)), "n"),
            registration(user, client, "online", Optional.of("a\0"), "n"),
            registration(user, client, "online", none, ""),
            registration(user, client, "online", none, "n".repeat(33)),
            registration(user, client, "online", none, "n\0"),
            registration(nothing(), client, "online", none, "n"),
            registration(user, nothing(), "online", none, "n"),
            registration(user, client, nothing(), none, "n"),
            registration(user, client, "online", none, nothing()))
        .forEach(
            malformed -> {
              assertInvalid(() -> registry.register(malformed));
              assertInvalid(() -> registry.announce(malformed));
            });
    assertThat(list()).isEmpty();
  }

  @Test
  void clients_malformedQuery_isInvalid() {
    var none = Optional.<String>empty();
    List.of(
            new ClientQuery("a\0", none, none, none, none),
            new ClientQuery(nothing(), none, none, none, none),
            new ClientQuery(user, Optional.of("xyz"), none, none, none),
            new ClientQuery(user, none, Optional.of("\0"), none, none),
            new ClientQuery(user, none, none, Optional.of("\0"), none),
            new ClientQuery(user, none, none, none, Optional.of("\0")))
        .forEach(query -> assertInvalid(() -> registry.clients(query)));
  }

  @Test
  void clients_injectedSql_isJustText() {
    announce(user, "host", Optional.empty());
    var sql = "x' OR '1'='1'; DROP TABLE client; --";

    assertThat(list(sql)).isEmpty();
    assertThat(list(none(), Optional.of(sql), none(), none())).isEmpty();
    assertThat(list(none(), none(), Optional.of(sql), none())).isEmpty();
    assertThat(list(none(), none(), none(), Optional.of(sql))).isEmpty();
    register("'; DROP TABLE client; --", "online", Optional.of("$1"));
    assertThat(list().get(0).clientName()).isEqualTo("'; DROP TABLE client; --");
  }

  @Test
  void clients_status_followsWhatWasDeclaredAndHeard() {
    // declared, seconds since it was declared, seconds since it was heard (none: never), expected
    assertStatus("online", 0, -1, "online");
    assertStatus("online", 299, -1, "online");
    assertStatus("online", 300, -1, "offline");
    assertStatus("active", 299, -1, "active");
    assertStatus("active", 300, -1, "offline");
    assertStatus("offline", 0, -1, "offline");
    assertStatus("active", 1000, 299, "online");
    assertStatus("online", 1000, 299, "online");
    assertStatus("online", 1000, 300, "offline");
    assertStatus("online", 299, 300, "online");
    assertStatus("offline", 10, 11, "offline");
    assertStatus("offline", 10, 10, "offline");
    assertStatus("offline", 10, 9, "online");
    assertStatus("maintenance", 1_000_000, 0, "maintenance");
    assertStatus("maintenance", 1_000_000, 1_000_000, "maintenance");
    assertStatus("error", 1_000_000, 0, "error");
  }

  @Test
  void clients_filters_mustAllMatch() {
    var online = add("GPU_1 100%");
    var offline = add("gpu-2");
    var deleted = add("gpu-3");
    rows.heard(online, NOON);
    rows.set(offline, "declared_status", "'offline'");
    rows.set(deleted, "valid_status", "'invalid'");

    assertThat(ids(none(), none(), none(), none())).containsExactly(online, offline);
    assertThat(ids(Optional.of(offline), none(), none(), none())).containsExactly(offline);
    assertThat(ids(Optional.of(newId()), none(), none(), none())).isEmpty();
    assertThat(ids(none(), Optional.of("online"), none(), none())).containsExactly(online);
    assertThat(ids(none(), Optional.of("sleeping"), none(), none())).isEmpty();
    assertThat(ids(none(), none(), none(), Optional.of("invalid"))).containsExactly(deleted);
    assertThat(ids(none(), none(), none(), Optional.of("valid"))).containsExactly(online, offline);
    assertThat(ids(none(), Optional.of("online"), Optional.of("2"), none())).isEmpty();
    assertThat(
            ids(
                Optional.of(offline),
                Optional.of("offline"),
                Optional.of("GPU-"),
                Optional.of("valid")))
        .containsExactly(offline);
  }

  @Test
  void clients_nameFilter_isLiteralAndInAnyCase() {
    var first = add("GPU_1 100%");
    var second = add("gpu-2 \u00c4\u00d6\u00dc");

    assertThat(named("gpu")).containsExactly(first, second);
    assertThat(named("%")).containsExactly(first);
    assertThat(named("_")).containsExactly(first);
    assertThat(named("\\")).isEmpty();
    assertThat(named("\u00e4\u00f6\u00fc")).containsExactly(second);
  }

  @Test
  void clients_order_isThatOfCreation() {
    now = NOON.plusSeconds(1);
    var last = add("a");
    now = NOON;
    var first = add("z");
    var second = add("b");

    var listed = await(registry.clients(query(user)));

    assertThat(listed.total()).isEqualTo(3);
    assertThat(listed.devices())
        .extracting(ClientSummary::clientId)
        .containsExactly(first, second, last);
  }

  private void assertStatus(String declared, long declaredAgo, long heardAgo, String expected) {
    now = NOON.minus(ofSeconds(declaredAgo));
    var id = newId();
    await(registry.register(registration(user, id, declared, Optional.empty(), "host")));
    now = NOON;
    if (heardAgo >= 0) {
      rows.heard(id, NOON.minus(Duration.ofSeconds(heardAgo)));
    }
    assertThat(list(Optional.of(id), none(), none(), none()))
        .as("%s declared %d s ago, heard %d s ago", declared, declaredAgo, heardAgo)
        .extracting(ClientSummary::clientStatus)
        .containsExactly(expected);
    assertThat(ids(Optional.of(id), Optional.of(expected), none(), none())).containsExactly(id);
  }

  private void assertInvalid(Supplier<Future<?>> call) {
    assertThatThrownBy(() -> await(call.get()))
        .isInstanceOfSatisfying(
            FleetException.class,
            failure -> assertThat(failure.code()).isEqualTo(Code.INVALID_ARGUMENT));
  }

  private String add(String name) {
    var id = newId();
    await(registry.announce(registration(user, id, "online", Optional.empty(), name)));
    return id;
  }

  private void announce(String owner, String name, Optional<String> osType) {
    await(registry.announce(registration(owner, client, "online", osType, name)));
  }

  private void register(String name, String status, Optional<String> osType) {
    await(registry.register(registration(user, client, status, osType, name)));
  }

  private void register(String owner, String name, String status) {
    await(registry.register(registration(owner, client, status, Optional.empty(), name)));
  }

  private List<ClientSummary> list() {
    return list(user);
  }

  private List<ClientSummary> list(String owner) {
    return await(registry.clients(query(owner))).devices();
  }

  private List<ClientSummary> list(
      Optional<String> id, Optional<String> status, Optional<String> name, Optional<String> valid) {
    return await(registry.clients(new ClientQuery(user, id, status, name, valid))).devices();
  }

  private List<String> ids(
      Optional<String> id, Optional<String> status, Optional<String> name, Optional<String> valid) {
    return list(id, status, name, valid).stream().map(ClientSummary::clientId).toList();
  }

  private List<String> named(String part) {
    return ids(none(), none(), Optional.of(part), none());
  }

  private static ClientQuery query(String owner) {
    return new ClientQuery(owner, none(), none(), none(), none());
  }

  private static ClientRegistration registration(
      String owner, String id, String status, Optional<String> osType, String name) {
    return new ClientRegistration(owner, id, status, osType, name);
  }

  private static String newId() {
    return ClientId.of(UUID.randomUUID());
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private static Instant noon(InstantSource clock) {
    return clock.instant().truncatedTo(ChronoUnit.DAYS).plus(12, ChronoUnit.HOURS);
  }

  /** What a sender that leaves a key out makes of a text. */
  @SuppressWarnings("NullAway")
  private static String nothing() {
    return null;
  }
}
