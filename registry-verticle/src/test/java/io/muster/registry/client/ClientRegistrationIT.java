package io.muster.registry.client;

import static io.muster.registry.RegistryTables.assertFails;
import static io.muster.registry.RegistryTables.await;
import static io.muster.registry.client.ClientFixture.NONE;
import static io.muster.registry.client.ClientFixture.NOON;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientRegistration;
import io.muster.schema.client.ClientSummary;
import io.muster.schema.client.ClientSummary.Condition;
import io.muster.schema.client.ClientSummary.Equipment;
import io.muster.schema.json.WireTime;
import io.muster.testkit.EmbeddedDatabase;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClientRegistrationIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private final String client = ClientFixture.newId();
  private ClientFixture fixture;

  @BeforeEach
  void open() {
    fixture = new ClientFixture(postgres.database());
  }

  @Test
  void announce_newClient_isListedImmediately() {
    fixture.announce(client, "host", Optional.of("linux"));

    var noon = WireTime.utcMicros(NOON);
    assertThat(fixture.list())
        .containsExactly(
            new ClientSummary(
                client,
                "host",
                "online",
                new Equipment("linux", "", 0),
                new Condition(0, 0, 0, 0),
                noon,
                noon,
                0));
  }

  @Test
  void announce_knownClient_keepsEditedValues() {
    fixture.announce(client, "host", NONE);
    fixture.register(client, "edited", "maintenance", NONE);
    fixture.now = NOON.plus(ofHours(1));
    fixture.announce(client, "host", Optional.of("linux"));
    fixture.announce(client, "host", Optional.of("other"));

    var summary = fixture.summary(client);
    assertThat(summary.clientName()).isEqualTo("edited");
    assertThat(summary.clientStatus()).isEqualTo("maintenance");
    assertThat(summary.equipment().osType()).isEqualTo("linux");
    assertThat(summary.createdAt()).isEqualTo(WireTime.utcMicros(NOON));
  }

  @Test
  void announce_underAnotherOwner_movesTheClient() {
    var formerOwner = new ClientFixture(postgres.database());
    formerOwner.announce(client, "host", Optional.of("linux"));
    formerOwner.register(client, "edited", "error", NONE);

    fixture.announce(client, "host", Optional.of("linux"));

    assertThat(formerOwner.list()).isEmpty();
    assertThat(fixture.list())
        .extracting(ClientSummary::clientName, ClientSummary::clientStatus)
        .containsExactly(tuple("edited", "error"));
  }

  @Test
  void announceAndRegister_deletedClient_staysDeleted() {
    fixture.announce(client, "host", NONE);
    fixture.tables.setClientColumn(client, "valid_status", "'invalid'");

    fixture.announce(client, "host", NONE);
    assertThatThrownBy(() -> fixture.register(client, "again", "online", NONE))
        .hasMessageContaining("this client is deleted");

    assertThat(fixture.list()).isEmpty();
    assertThat(fixture.ids(NONE, NONE, NONE, Optional.of("invalid"))).containsExactly(client);
  }

  @Test
  void register_ownClient_updatesNameStatusAndSystem() {
    fixture.register(client, "one", "online", Optional.of("linux"));
    fixture.now = NOON.plus(ofHours(1));
    fixture.register(client, "two", "active", NONE);

    assertThat(fixture.list())
        .extracting(
            ClientSummary::clientName,
            ClientSummary::clientStatus,
            each -> each.equipment().osType(),
            ClientSummary::createdAt)
        .containsExactly(tuple("two", "active", "linux", WireTime.utcMicros(NOON)));
    fixture.register(client, "two", "active", Optional.of("bsd"));
    assertThat(fixture.summary(client).equipment().osType()).isEqualTo("bsd");
  }

  @Test
  void register_clientOfAnotherUser_isRejectedWithoutNamingTheOwner() {
    fixture.announce(client, "host", NONE);
    var foreignRegistration = new ClientRegistration("thief", client, "offline", NONE, "stolen");

    assertFails(fixture.store.register(foreignRegistration), Code.INVALID_ARGUMENT);

    assertThatThrownBy(() -> await(fixture.store.register(foreignRegistration)))
        .hasMessageContaining(client)
        .hasMessageNotContaining(fixture.user);
    assertThat(fixture.summary(client).clientName()).isEqualTo("host");
    assertThat(fixture.summary(client).clientStatus()).isEqualTo("online");
  }

  @Test
  void register_longestTexts_areCountedInCharacters() {
    var name = "\uD83D\uDE80".repeat(32);

    fixture.register(client, name, "online", Optional.of("\uD83D\uDE80".repeat(64)));

    assertThat(fixture.summary(client).clientName()).isEqualTo(name);
    assertThat(fixture.summary(client).equipment().osType()).isEqualTo("\uD83D\uDE80".repeat(64));
  }

  @Test
  void register_sqlInText_isTreatedAsText() {
    var sql = "'; DROP TABLE client; -- $1";
    fixture.register(client, sql, "online", Optional.of(sql));

    assertThat(fixture.summary(client).clientName()).isEqualTo(sql);
    assertThat(fixture.summary(client).equipment().osType()).isEqualTo(sql);
  }
}
