package io.muster.registry.client;

import static io.muster.registry.client.ClientFixture.NONE;
import static io.muster.registry.client.ClientFixture.NOON;
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

/** Tests of the selection and the order of listed clients. */
class ClientListIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private ClientFixture fixture;

  @BeforeEach
  void open() {
    fixture = new ClientFixture(postgres.database());
  }

  @Test
  void list_status_dependsOnDeclarationAndLastHeartbeat() {
    // declared, seconds since its declaration, seconds since its last report (-1: none), expected
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
    var online = fixture.add("GPU_1 100%");
    var offline = fixture.add("gpu-2", "offline");
    var deleted = fixture.add("gpu-3");
    fixture.tables.recordHeartbeat(online, NOON);
    fixture.tables.setClientColumn(deleted, "valid_status", "'invalid'");

    assertThat(fixture.ids(NONE, NONE, NONE, NONE)).containsExactly(online, offline);
    assertThat(fixture.ids(Optional.of(offline), NONE, NONE, NONE)).containsExactly(offline);
    assertThat(fixture.ids(Optional.of(ClientFixture.newId()), NONE, NONE, NONE)).isEmpty();
    assertThat(fixture.ids(NONE, Optional.of("online"), NONE, NONE)).containsExactly(online);
    assertThat(fixture.ids(NONE, Optional.of("sleeping"), NONE, NONE)).isEmpty();
    assertThat(fixture.ids(NONE, NONE, NONE, Optional.of("invalid"))).containsExactly(deleted);
    assertThat(fixture.ids(NONE, NONE, NONE, Optional.of("valid")))
        .containsExactly(online, offline);
    assertThat(fixture.ids(NONE, Optional.of("online"), Optional.of("2"), NONE)).isEmpty();
    assertThat(
            fixture.ids(
                Optional.of(offline),
                Optional.of("offline"),
                Optional.of("GPU-"),
                Optional.of("valid")))
        .containsExactly(offline);
  }

  @Test
  void list_clientOfAnotherUser_isNotListed() {
    var otherClient = new ClientFixture(postgres.database()).add("theirs");
    fixture.add("mine");

    assertThat(fixture.ids(Optional.of(otherClient), NONE, NONE, NONE)).isEmpty();
    assertThat(fixture.list()).extracting(ClientSummary::clientName).containsExactly("mine");
  }

  @Test
  void list_nameFilter_isLiteralAndCaseInsensitive() {
    var first = fixture.add("GPU_1 100%");
    var second = fixture.add("gpu-2 \u00c4\u00d6\u00dc");

    assertThat(idsByNamePart("gpu")).containsExactly(first, second);
    assertThat(idsByNamePart("%")).containsExactly(first);
    assertThat(idsByNamePart("_")).containsExactly(first);
    assertThat(idsByNamePart("\\")).isEmpty();
    assertThat(idsByNamePart("\u00e4\u00f6\u00fc")).containsExactly(second);
    assertThat(idsByNamePart("")).containsExactly(first, second);
    assertThat(idsByNamePart("x' OR '1'='1")).isEmpty();
  }

  @Test
  void list_sqlInFilter_isTreatedAsText() {
    fixture.add("host");
    var sql = Optional.of("x' OR '1'='1'; DROP TABLE client; --");

    assertThat(fixture.ids(NONE, sql, NONE, NONE)).isEmpty();
    assertThat(fixture.ids(NONE, NONE, sql, NONE)).isEmpty();
    assertThat(fixture.ids(NONE, NONE, NONE, sql)).isEmpty();
    assertThat(
            fixture
                .list(new ClientQuery(sql.get(), NONE, NONE, NONE, NONE, LimitOffset.ALL))
                .rows())
        .isEmpty();
    assertThat(fixture.list()).hasSize(1);
  }

  @Test
  void list_severalClients_areOrderedByCreationTime() {
    fixture.now = NOON.plusSeconds(1);
    var last = fixture.add("a");
    fixture.now = NOON;
    var first = fixture.add("z");
    var second = fixture.add("b");

    assertThat(fixture.ids(NONE, NONE, NONE, NONE)).containsExactly(first, second, last);
  }

  @Test
  void list_limitAndOffset_selectClientsAndCountAll() {
    var ids = IntStream.range(0, 5).mapToObj(host -> fixture.add("host-" + host)).toList();
    fixture.add("other");

    assertListed(new LimitOffset(Optional.of(2), 0), 5, ids.subList(0, 2));
    assertListed(new LimitOffset(Optional.of(2), 3), 5, ids.subList(3, 5));
    assertListed(new LimitOffset(Optional.of(2), 4), 5, ids.subList(4, 5));
    assertListed(new LimitOffset(Optional.of(2), 5), 5, List.of());
    assertListed(new LimitOffset(Optional.empty(), 1), 5, ids.subList(1, 5));
    assertListed(new LimitOffset(Optional.of(Integer.MAX_VALUE), Integer.MAX_VALUE), 5, List.of());
    assertListed(LimitOffset.ALL, 5, ids);
  }

  @Test
  void list_noClients_totalIsZero() {
    var list = fixture.list(fixture.unfilteredQuery());

    assertThat(list.head().total()).isZero();
    assertThat(list.rows()).isEmpty();
  }

  @Test
  void list_moreThanOnePage_isComplete() {
    fixture.tables.execute(
        "INSERT INTO client (client_id, user_id, name, declared_status, created_at) SELECT"
            + " gen_random_uuid(), $1, 'host-' || i, 'online', $2::timestamptz + i * interval '1"
            + " ms' FROM generate_series(1, 1700) i ORDER BY random()",
        fixture.user,
        NOON.atOffset(ZoneOffset.UTC));

    var list = fixture.list(fixture.unfilteredQuery());

    assertThat(list.head().total()).isEqualTo(1700);
    assertThat(list.rows())
        .extracting(ClientSummary::clientName)
        .isEqualTo(IntStream.rangeClosed(1, 1700).mapToObj(host -> "host-" + host).toList());
  }

  private void assertListed(LimitOffset limitOffset, long total, List<String> expected) {
    var name = Optional.of("host-");
    var list = fixture.list(new ClientQuery(fixture.user, NONE, NONE, name, NONE, limitOffset));
    assertThat(list.head().total()).as("%s", limitOffset).isEqualTo(total);
    assertThat(list.rows())
        .as("%s", limitOffset)
        .extracting(ClientSummary::clientId)
        .isEqualTo(expected);
  }

  private void assertStatus(
      String declaredStatus, long declaredAgeSeconds, long heartbeatAgeSeconds, String expected) {
    fixture.now = NOON.minus(ofSeconds(declaredAgeSeconds));
    var id = fixture.add("host", declaredStatus);
    fixture.now = NOON;
    if (heartbeatAgeSeconds >= 0) {
      fixture.tables.recordHeartbeat(id, NOON.minus(ofSeconds(heartbeatAgeSeconds)));
    }
    assertThat(fixture.summary(id).clientStatus())
        .as(
            "%s declared %d s ago, reported %d s ago",
            declaredStatus, declaredAgeSeconds, heartbeatAgeSeconds)
        .isEqualTo(expected);
    assertThat(fixture.ids(Optional.of(id), Optional.of(expected), NONE, NONE)).containsExactly(id);
  }

  private List<String> idsByNamePart(String namePart) {
    return fixture.ids(NONE, NONE, Optional.of(namePart), NONE);
  }
}
