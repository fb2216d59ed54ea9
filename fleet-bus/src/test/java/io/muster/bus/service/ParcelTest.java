package io.muster.bus.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.type.TypeReference;
import io.muster.schema.inspection.Aged;
import io.muster.schema.inspection.ProcessShare;
import io.vertx.core.buffer.Buffer;
import java.lang.reflect.Type;
import java.util.List;
import org.junit.jupiter.api.Test;

class ParcelTest {
  private static final Type SHARES = new TypeReference<Aged<List<ProcessShare>>>() {}.getType();

  private final Parcel.Codec codec = new Parcel.Codec();

  @Test
  void transform_withinOneJvm_handsOnTheObjectItself() {
    var content = List.of("a");

    assertThat(codec.transform(Parcel.of(content)).open(String.class)).isSameAs(content);
  }

  @Test
  void wire_betweenTwo_carriesTheSameValue() {
    var content = new Aged<>(12, List.of(new ProcessShare(7, "jäva", 12.5, 1L << 40)));

    assertThat(travelled(content).open(SHARES)).isEqualTo(content);
  }

  @Test
  void wire_nothing_staysNothing() {
    assertThat(Parcel.of(null).open(String.class)).isNull();
    assertThat(codec.decodeFromWire(2, wire(Parcel.of(null))).open(String.class)).isNull();
  }

  @Test
  void wire_whatCannotBeEncoded_isAnUnreadableAnswerAndNoSilence() {
    var parcel = travelled(new Object());

    assertThatIllegalArgumentException().isThrownBy(() -> parcel.open(String.class));
  }

  @Test
  void from_whatIsNoParcel_isRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> Parcel.from("text"));
    assertThatIllegalArgumentException().isThrownBy(() -> Parcel.from(null));
  }

  private Parcel travelled(Object content) {
    return codec.decodeFromWire(2, wire(Parcel.of(content)));
  }

  /** Parcels stand somewhere in a message. */
  private Buffer wire(Parcel parcel) {
    var wire = Buffer.buffer("ab");
    codec.encodeToWire(wire, parcel);
    return wire.appendString("behind");
  }
}
