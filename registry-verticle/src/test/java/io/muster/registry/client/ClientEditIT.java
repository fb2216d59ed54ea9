package io.muster.registry.client;

import static io.muster.registry.RegistryTables.assertFails;
import static io.muster.registry.RegistryTables.await;
import static io.muster.registry.client.ClientFixture.NONE;
import static io.muster.registry.client.ClientFixture.NOON;
import static java.time.Duration.ofHours;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.bus.FleetException.Code;
import io.muster.schema.client.ClientEdit;
import io.muster.testkit.EmbeddedDatabase;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ClientEditIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final String SELECT_ROW =
      "SELECT c::text FROM client c WHERE client_id = $1::text::uuid";
  private static final String SELECT_DECLARED_AT =
      "SELECT declared_at FROM client WHERE client_id = $1::text::uuid";

  private ClientFixture fixture;
  private String client;

  @BeforeEach
  void open() {
    fixture = new ClientFixture(postgres.database());
    client = ClientFixture.newId();
    fixture.register(client, "host", "online", Optional.of("linux"));
    fixture.now = NOON.plus(ofHours(1));
  }

  @Test
  void edit_everyField_isListed() {
    var name = "\uD83D\uDE80".repeat(255);
    edit(Optional.of("b".repeat(50)), Optional.of(name), Optional.of("maintenance"), NONE);

    var summary = fixture.summary(client);
    assertThat(summary.equipment().osType()).isEqualTo("b".repeat(50));
    assertThat(summary.clientName()).isEqualTo(name);
    assertThat(summary.clientStatus()).isEqualTo("maintenance");
  }

  @Test
  void edit_oneField_keepsTheOthers() {
    edit(NONE, Optional.of("renamed"), NONE, NONE);
    edit(Optional.of("bsd"), NONE, NONE, NONE);
    edit(NONE, NONE, Optional.of("error"), NONE);

    var summary = fixture.summary(client);
    assertThat(summary.clientName()).isEqualTo("renamed");
    assertThat(summary.equipment().osType()).isEqualTo("bsd");
    assertThat(summary.clientStatus()).isEqualTo("error");
  }

  @Test
  void edit_emptyTexts_areStored() {
    edit(Optional.of(""), Optional.of(""), NONE, NONE);

    assertThat(fixture.summary(client).clientName()).isEmpty();
    assertThat(fixture.summary(client).equipment().osType()).isEmpty();
  }

  @Test
  void edit_withoutStatus_keepsDeclaredAt() {
    var before = fixture.tables.queryValue(SELECT_DECLARED_AT, client);
    edit(NONE, Optional.of("renamed"), NONE, NONE);
    assertThat(fixture.tables.queryValue(SELECT_DECLARED_AT, client)).isEqualTo(before);

    // Declared an hour ago and has never reported, so offline; declared again it is online.
    assertThat(fixture.summary(client).clientStatus()).isEqualTo("offline");
    edit(NONE, NONE, Optional.of("online"), NONE);
    assertThat(fixture.summary(client).clientStatus()).isEqualTo("online");
  }

  @Test
  void edit_noFields_changesNothing() {
    var before = fixture.tables.queryValue(SELECT_ROW, client);

    edit(NONE, NONE, NONE, NONE);

    assertThat(fixture.tables.queryValue(SELECT_ROW, client)).isEqualTo(before);
  }

  @Test
  void edit_validStatus_hidesAndRestoresTheClient() {
    edit(NONE, NONE, NONE, Optional.of("invalid"));
    assertThat(fixture.list()).isEmpty();
    assertThat(fixture.ids(NONE, NONE, NONE, Optional.of("invalid"))).containsExactly(client);

    edit(NONE, NONE, NONE, Optional.of("valid"));
    assertThat(fixture.ids(NONE, NONE, NONE, NONE)).containsExactly(client);
  }

  @Test
  void edit_maintenance_isKeptDespiteHeartbeats() {
    edit(NONE, NONE, Optional.of("maintenance"), NONE);
    fixture.tables.recordHeartbeat(client, fixture.now);
    fixture.announce(client, "host", NONE);

    assertThat(fixture.summary(client).clientStatus()).isEqualTo("maintenance");
    fixture.now = fixture.now.plus(ofHours(1000));
    assertThat(fixture.summary(client).clientStatus()).isEqualTo("maintenance");
  }

  @Test
  void edit_unknownOrForeignClient_isNotFound() {
    var before = fixture.tables.queryValue(SELECT_ROW, client);
    var newName = Optional.of("stolen");
    var otherUser = new ClientFixture(postgres.database());

    for (var name : new Optional<?>[] {newName, NONE}) {
      var newNameOrEmpty = name.map(String::valueOf);
      assertFails(
          fixture.store.edit(
              new ClientEdit(
                  fixture.user, ClientFixture.newId(), NONE, newNameOrEmpty, NONE, NONE)),
          Code.CLIENT_UNKNOWN);
      assertFails(
          fixture.store.edit(
              new ClientEdit(otherUser.user, client, NONE, newNameOrEmpty, NONE, NONE)),
          Code.CLIENT_UNKNOWN);
    }
    assertThatThrownBy(
            () ->
                await(
                    fixture.store.edit(
                        new ClientEdit(otherUser.user, client, NONE, newName, NONE, NONE))))
        .hasMessageStartingWith("Device not found")
        .hasMessageNotContaining(fixture.user);
    assertThat(fixture.tables.queryValue(SELECT_ROW, client)).isEqualTo(before);
  }

  @Test
  void edit_sqlInName_isTreatedAsText() {
    var sql = "x', user_id = 'thief' --";
    edit(NONE, Optional.of(sql), NONE, NONE);

    assertThat(fixture.summary(client).clientName()).isEqualTo(sql);
  }

  private void edit(
      Optional<String> osType,
      Optional<String> name,
      Optional<String> status,
      Optional<String> validStatus) {
    await(
        fixture.store.edit(
            new ClientEdit(fixture.user, client, osType, name, status, validStatus)));
  }
}
