package io.muster.registry.client;

import static io.muster.registry.Rows.assertFails;
import static io.muster.registry.Rows.await;
import static io.muster.registry.client.ClientDesk.NONE;
import static io.muster.registry.client.ClientDesk.NOON;
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

class EditIT {
  @RegisterExtension static final EmbeddedDatabase postgres = new EmbeddedDatabase();

  private static final String WHOLE =
      "SELECT c::text FROM client c WHERE client_id = $1::text::uuid";
  private static final String DECLARED_AT =
      "SELECT declared_at FROM client WHERE client_id = $1::text::uuid";

  private ClientDesk desk;
  private String client;

  @BeforeEach
  void open() {
    desk = new ClientDesk(postgres.database());
    client = ClientDesk.newId();
    desk.register(client, "host", "online", Optional.of("linux"));
    desk.now = NOON.plus(ofHours(1));
  }

  @Test
  void edit_everyField_isSeen() {
    var name = "\uD83D\uDE80".repeat(255);
    edit(Optional.of("b".repeat(50)), Optional.of(name), Optional.of("maintenance"), NONE);

    var listed = desk.listed(client);
    assertThat(listed.osType()).isEqualTo("b".repeat(50));
    assertThat(listed.clientName()).isEqualTo(name);
    assertThat(listed.clientStatus()).isEqualTo("maintenance");
  }

  @Test
  void edit_oneField_leavesTheOthers() {
    edit(NONE, Optional.of("renamed"), NONE, NONE);
    edit(Optional.of("bsd"), NONE, NONE, NONE);
    edit(NONE, NONE, Optional.of("error"), NONE);

    var listed = desk.listed(client);
    assertThat(listed.clientName()).isEqualTo("renamed");
    assertThat(listed.osType()).isEqualTo("bsd");
    assertThat(listed.clientStatus()).isEqualTo("error");
  }

  @Test
  void edit_emptyTexts_areTexts() {
    edit(Optional.of(""), Optional.of(""), NONE, NONE);

    assertThat(desk.listed(client).clientName()).isEmpty();
    assertThat(desk.listed(client).osType()).isEmpty();
  }

  @Test
  void edit_withoutAStatus_doesNotDeclareAnew() {
    var before = desk.rows.value(DECLARED_AT, client);
    edit(NONE, Optional.of("renamed"), NONE, NONE);
    assertThat(desk.rows.value(DECLARED_AT, client)).isEqualTo(before);

    // Declared long ago and never heard, so offline; declared anew it is online.
    assertThat(desk.listed(client).clientStatus()).isEqualTo("offline");
    edit(NONE, NONE, Optional.of("online"), NONE);
    assertThat(desk.listed(client).clientStatus()).isEqualTo("online");
  }

  @Test
  void edit_nothing_touchesNothing() {
    var before = desk.rows.value(WHOLE, client);

    edit(NONE, NONE, NONE, NONE);

    assertThat(desk.rows.value(WHOLE, client)).isEqualTo(before);
  }

  @Test
  void edit_validStatus_hidesTheClientAndBringsItBack() {
    edit(NONE, NONE, NONE, Optional.of("invalid"));
    assertThat(desk.list()).isEmpty();
    assertThat(desk.ids(NONE, NONE, NONE, Optional.of("invalid"))).containsExactly(client);

    edit(NONE, NONE, NONE, Optional.of("valid"));
    assertThat(desk.ids(NONE, NONE, NONE, NONE)).containsExactly(client);
  }

  @Test
  void edit_maintenance_staysWhateverIsHeard() {
    edit(NONE, NONE, Optional.of("maintenance"), NONE);
    desk.rows.heard(client, desk.now);
    desk.announce(client, "host", NONE);

    assertThat(desk.listed(client).clientStatus()).isEqualTo("maintenance");
    desk.now = desk.now.plus(ofHours(1000));
    assertThat(desk.listed(client).clientStatus()).isEqualTo("maintenance");
  }

  @Test
  void edit_unknownOrForeignClient_isNotFound() {
    var before = desk.rows.value(WHOLE, client);
    var rename = Optional.of("stolen");
    var stranger = new ClientDesk(postgres.database());

    for (var name : new Optional<?>[] {rename, NONE}) {
      var given = name.map(String::valueOf);
      assertFails(
          desk.clients.edit(new ClientEdit(desk.user, ClientDesk.newId(), NONE, given, NONE, NONE)),
          Code.CLIENT_UNKNOWN);
      assertFails(
          desk.clients.edit(new ClientEdit(stranger.user, client, NONE, given, NONE, NONE)),
          Code.CLIENT_UNKNOWN);
    }
    assertThatThrownBy(
            () ->
                await(
                    desk.clients.edit(
                        new ClientEdit(stranger.user, client, NONE, rename, NONE, NONE))))
        .hasMessageStartingWith("Device not found")
        .hasMessageNotContaining(desk.user);
    assertThat(desk.rows.value(WHOLE, client)).isEqualTo(before);
  }

  @Test
  void edit_injectedSql_isJustText() {
    var sql = "x', user_id = 'thief' --";
    edit(NONE, Optional.of(sql), NONE, NONE);

    assertThat(desk.listed(client).clientName()).isEqualTo(sql);
  }

  private void edit(
      Optional<String> osType,
      Optional<String> name,
      Optional<String> status,
      Optional<String> valid) {
    await(desk.clients.edit(new ClientEdit(desk.user, client, osType, name, status, valid)));
  }
}
