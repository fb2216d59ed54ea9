package io.muster.registry.client;

import static io.muster.registry.client.ClientDesk.NONE;
import static io.muster.registry.client.ClientDesk.NOON;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.schema.client.ClientQuery;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.client.LimitOffset;
import io.muster.testkit.EmbeddedDatabase;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Which clients are listed, and in which order. */
class ClientListIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private ClientDesk desk;

  @BeforeEach
  void open() {
    desk = new ClientDesk(postgres.database());
  }

  @Test
  void list_status_followsWhatWasDeclaredAndHeard() {
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
  void list_filters_mustAllMatch() {
    var online = desk.add("GPU_1 100%");
    var offline = desk.add("gpu-2", "offline");
    var deleted = desk.add("gpu-3");
    desk.rows.heard(online, NOON);
    desk.rows.set(deleted, "valid_status", "'invalid'");

    assertThat(desk.ids(NONE, NONE, NONE, NONE)).containsExactly(online, offline);
    assertThat(desk.ids(Optional.of(offline), NONE, NONE, NONE)).containsExactly(offline);
    assertThat(desk.ids(Optional.of(ClientDesk.newId()), NONE, NONE, NONE)).isEmpty();
    assertThat(desk.ids(NONE, Optional.of("online"), NONE, NONE)).containsExactly(online);
    assertThat(desk.ids(NONE, Optional.of("sleeping"), NONE, NONE)).isEmpty();
    assertThat(desk.ids(NONE, NONE, NONE, Optional.of("invalid"))).containsExactly(deleted);
    assertThat(desk.ids(NONE, NONE, NONE, Optional.of("valid"))).containsExactly(online, offline);
    assertThat(desk.ids(NONE, Optional.of("online"), Optional.of("2"), NONE)).isEmpty();
    assertThat(
            desk.ids(
                Optional.of(offline),
                Optional.of("offline"),
                Optional.of("GPU-"),
                Optional.of("valid")))
        .containsExactly(offline);
  }

  @Test
  void list_foreignClient_isNotThere() {
    var foreign = new ClientDesk(postgres.database()).add("theirs");
    desk.add("mine");

    assertThat(desk.ids(Optional.of(foreign), NONE, NONE, NONE)).isEmpty();
    assertThat(desk.list()).extracting(ClientSummary::clientName).containsExactly("mine");
  }

  @Test
  void list_nameFilter_isLiteralAndInAnyCase() {
    var first = desk.add("GPU_1 100%");
    var second = desk.add("gpu-2 \u00c4\u00d6\u00dc");

    assertThat(named("gpu")).containsExactly(first, second);
    assertThat(named("%")).containsExactly(first);
    assertThat(named("_")).containsExactly(first);
    assertThat(named("\\")).isEmpty();
    assertThat(named("\u00e4\u00f6\u00fc")).containsExactly(second);
    assertThat(named("")).containsExactly(first, second);
    assertThat(named("x' OR '1'='1")).isEmpty();
  }

  @Test
  void list_injectedSql_isJustText() {
    desk.add("host");
    var sql = Optional.of("x' OR '1'='1'; DROP TABLE client; --");

    assertThat(desk.ids(NONE, sql, NONE, NONE)).isEmpty();
    assertThat(desk.ids(NONE, NONE, sql, NONE)).isEmpty();
    assertThat(desk.ids(NONE, NONE, NONE, sql)).isEmpty();
    assertThat(
            desk.list(new ClientQuery(sql.get(), NONE, NONE, NONE, NONE, LimitOffset.ALL)).rows())
        .isEmpty();
    assertThat(desk.list()).hasSize(1);
  }

  @Test
  void list_order_isThatOfCreation() {
    desk.now = NOON.plusSeconds(1);
    var last = desk.add("a");
    desk.now = NOON;
    var first = desk.add("z");
    var second = desk.add("b");

    assertThat(desk.ids(NONE, NONE, NONE, NONE)).containsExactly(first, second, last);
  }

  @Test
  void list_slice_isAPartOfAllThatAreCounted() {
    var ids = IntStream.range(0, 5).mapToObj(host -> desk.add("host-" + host)).toList();
    desk.add("other");

    assertSlice(new LimitOffset(Optional.of(2), 0), 5, ids.subList(0, 2));
    assertSlice(new LimitOffset(Optional.of(2), 3), 5, ids.subList(3, 5));
    assertSlice(new LimitOffset(Optional.of(2), 4), 5, ids.subList(4, 5));
    assertSlice(new LimitOffset(Optional.of(2), 5), 5, List.of());
    assertSlice(new LimitOffset(Optional.empty(), 1), 5, ids.subList(1, 5));
    assertSlice(new LimitOffset(Optional.of(Integer.MAX_VALUE), Integer.MAX_VALUE), 5, List.of());
    assertSlice(LimitOffset.ALL, 5, ids);
  }

  @Test
  void list_nobody_hasATotalOfNone() {
    var list = desk.list(desk.everything());

    assertThat(list.head().total()).isZero();
    assertThat(list.rows()).isEmpty();
  }

  @Test
  void list_moreThanAPage_isWhole() {
    desk.rows.run(
        "INSERT INTO client (client_id, user_id, name, declared_status, created_at) SELECT"
            + " gen_random_uuid(), $1, 'host-' || i, 'online', $2::timestamptz + i * interval '1"
            + " ms' FROM generate_series(1, 1700) i ORDER BY random()",
        desk.user,
        NOON.atOffset(ZoneOffset.UTC));

    var list = desk.list(desk.everything());

    assertThat(list.head().total()).isEqualTo(1700);
    assertThat(list.rows())
        .extracting(ClientSummary::clientName)
        .isEqualTo(IntStream.rangeClosed(1, 1700).mapToObj(host -> "host-" + host).toList());
  }

  private void assertSlice(LimitOffset slice, long total, List<String> expected) {
    var name = Optional.of("host-");
    var list = desk.list(new ClientQuery(desk.user, NONE, NONE, name, NONE, slice));
    assertThat(list.head().total()).as("%s", slice).isEqualTo(total);
    assertThat(list.rows()).as("%s", slice).extracting(ClientSummary::clientId).isEqualTo(expected);
  }

  private void assertStatus(String declared, long declaredAgo, long heardAgo, String expected) {
    desk.now = NOON.minus(ofSeconds(declaredAgo));
    var id = desk.add("host", declared);
    desk.now = NOON;
    if (heardAgo >= 0) {
      desk.rows.heard(id, NOON.minus(ofSeconds(heardAgo)));
    }
    assertThat(desk.listed(id).clientStatus())
        .as("%s declared %d s ago, heard %d s ago", declared, declaredAgo, heardAgo)
        .isEqualTo(expected);
    assertThat(desk.ids(Optional.of(id), Optional.of(expected), NONE, NONE)).containsExactly(id);
  }

  private List<String> named(String part) {
    return desk.ids(NONE, NONE, Optional.of(part), NONE);
  }
}
