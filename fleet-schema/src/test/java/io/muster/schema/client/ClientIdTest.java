package io.muster.schema.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientIdTest {
  private static final String ID = "6e1131b4b9cc454aa6ce3294ab860b2d";

  @ParameterizedTest
  @ValueSource(strings = {ID, "6E1131B4B9CC454AA6CE3294AB860B2D", "0x" + ID})
  void normalize_anySpelling_isLowerCaseHex(String text) {
    assertThat(ClientId.normalize(text)).contains(ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "6e11",
        "6e1131b4-b9cc-454a-a6ce-3294ab860b2d",
        ID + "0",
        "0x0x" + ID,
        "g" + ID
      })
  void normalize_anythingElse_isEmpty(String text) {
    assertThat(ClientId.normalize(text)).isEmpty();
  }

  @Test
  void toUuid_andBack_isTheSame() {
    assertThat(ClientId.toUuid(ID))
        .isEqualTo(UUID.fromString("6e1131b4-b9cc-454a-a6ce-3294ab860b2d"));
    assertThat(ClientId.fromUuid(ClientId.toUuid(ID))).isEqualTo(ID);
  }
}
