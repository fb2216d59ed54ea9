package io.muster.registry.client;

import static io.muster.registry.Rows.assertFails;
import static io.muster.registry.Rows.await;
import static io.muster.registry.client.ClientDesk.NONE;
import static io.muster.registry.client.ClientDesk.NOON;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.json.WireTime;
import io.muster.testkit.EmbeddedDatabase;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RegistrationIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private final String client = ClientDesk.newId();
  private ClientDesk desk;

  @BeforeEach
  void open() {
    desk = new ClientDesk(postgres.database());
  }

  @Test
  void announce_newClient_isListedAtOnce() {
    desk.announce(client, "host", Optional.of("linux"));

    var noon = WireTime.utcMicros(NOON);
    assertThat(desk.list())
        .containsExactly(
            new ClientSummary(client, "host", "online", "linux", "", 0, 0, 0, 0, 0, noon, noon, 0));
  }

  @Test
  void announce_again_keepsWhatPeopleEdited() {
    desk.announce(client, "host", NONE);
    desk.register(client, "edited", "maintenance", NONE);
    desk.now = NOON.plus(ofHours(1));
    desk.announce(client, "host", Optional.of("linux"));
    desk.announce(client, "host", Optional.of("other"));

    var listed = desk.listed(client);
    assertThat(listed.clientName()).isEqualTo("edited");
    assertThat(listed.clientStatus()).isEqualTo("maintenance");
    assertThat(listed.osType()).isEqualTo("linux");
    assertThat(listed.createdAt()).isEqualTo(WireTime.utcMicros(NOON));
  }

  @Test
  void announce_underAnotherOwner_movesTheClient() {
    var former = new ClientDesk(postgres.database());
    former.announce(client, "host", Optional.of("linux"));
    former.register(client, "edited", "error", NONE);

    desk.announce(client, "host", Optional.of("linux"));

    assertThat(former.list()).isEmpty();
    assertThat(desk.list())
        .extracting(ClientSummary::clientName, ClientSummary::clientStatus)
        .containsExactly(tuple("edited", "error"));
  }

  @Test
  void announceAndRegister_deletedClient_staysDeleted() {
    desk.announce(client, "host", NONE);
    desk.rows.set(client, "valid_status", "'invalid'");

    desk.announce(client, "host", NONE);
    desk.register(client, "again", "online", NONE);

    assertThat(desk.list()).isEmpty();
    assertThat(desk.ids(NONE, NONE, NONE, Optional.of("invalid"))).containsExactly(client);
  }

  @Test
  void register_ownClient_updatesNameStatusAndSystem() {
    desk.register(client, "one", "online", Optional.of("linux"));
    desk.now = NOON.plus(ofHours(1));
    desk.register(client, "two", "active", NONE);

    assertThat(desk.list())
        .extracting(
            ClientSummary::clientName,
            ClientSummary::clientStatus,
            ClientSummary::osType,
            ClientSummary::createdAt)
        .containsExactly(tuple("two", "active", "linux", WireTime.utcMicros(NOON)));
    desk.register(client, "two", "active", Optional.of("bsd"));
    assertThat(desk.listed(client).osType()).isEqualTo("bsd");
  }

  @Test
  void register_foreignClient_isRefusedWithoutNamingTheOwner() {
    desk.announce(client, "host", NONE);
    var stolen = new ClientRegistration("thief", client, "offline", NONE, "stolen");

    assertFails(desk.clients.register(stolen), Code.INVALID_ARGUMENT);

    assertThatThrownBy(() -> await(desk.clients.register(stolen)))
        .hasMessageContaining(client)
        .hasMessageNotContaining(desk.user);
    assertThat(desk.listed(client).clientName()).isEqualTo("host");
    assertThat(desk.listed(client).clientStatus()).isEqualTo("online");
  }

  @Test
  void register_longestTexts_areCountedInCharacters() {
    var name = "\uD83D\uDE80".repeat(32);

    desk.register(client, name, "online", Optional.of("\uD83D\uDE80".repeat(64)));

    assertThat(desk.listed(client).clientName()).isEqualTo(name);
    assertThat(desk.listed(client).osType()).isEqualTo("\uD83D\uDE80".repeat(64));
  }

  @Test
  void register_injectedSql_isJustText() {
    var sql = "'; DROP TABLE client; -- $1";
    desk.register(client, sql, "online", Optional.of(sql));

    assertThat(desk.listed(client).clientName()).isEqualTo(sql);
    assertThat(desk.listed(client).osType()).isEqualTo(sql);
  }
}
