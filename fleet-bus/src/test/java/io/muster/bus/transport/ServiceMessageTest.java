package io.muster.bus.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.core.type.TypeReference;
import io.muster.schema.inspection.AgedSample;
import io.muster.schema.inspection.ProcessUsage;
import io.vertx.core.buffer.Buffer;
import java.lang.reflect.Type;
import java.util.List;
import org.junit.jupiter.api.Test;

class ServiceMessageTest {
  private static final Type USAGES_TYPE =
      new TypeReference<AgedSample<List<ProcessUsage>>>() {}.getType();

  private final ServiceMessage.Codec codec = new ServiceMessage.Codec();

  @Test
  void transform_withinOneJvm_keepsTheSameObject() {
    var value = List.of("a");

    assertThat(codec.transform(ServiceMessage.of(value)).decode(String.class)).isSameAs(value);
  }

  @Test
  void encode_anyValue_isDecodedEqual() {
    var value = new AgedSample<>(12, List.of(new ProcessUsage(7, "jäva", 12.5, 1L << 40)));

    assertThat(encodeAndDecode(value).decode(USAGES_TYPE)).isEqualTo(value);
  }

  @Test
  void encode_null_isDecodedAsNull() {
    assertThat(ServiceMessage.of(null).decode(String.class)).isNull();
    assertThat(codec.decodeFromWire(2, encode(ServiceMessage.of(null))).decode(String.class))
        .isNull();
  }

  @Test
  void encode_valueThatIsNotEncodable_isDecodedAsUnreadable() {
    var message = encodeAndDecode(new Object());

    assertThatIllegalArgumentException().isThrownBy(() -> message.decode(String.class));
  }

  @Test
  void decode_lengthBeyondTheEnd_isRejectedWithoutAllocation() {
    for (var length : new int[] {1, Integer.MAX_VALUE - 100, Integer.MAX_VALUE, -2}) {
      assertThatExceptionOfType(IndexOutOfBoundsException.class)
          .isThrownBy(() -> codec.decodeFromWire(0, Buffer.buffer().appendInt(length)));
    }
  }

  @Test
  void from_otherType_isRejected() {
    assertThatIllegalArgumentException().isThrownBy(() -> ServiceMessage.from("text"));
    assertThatIllegalArgumentException().isThrownBy(() -> ServiceMessage.from(null));
  }

  private ServiceMessage encodeAndDecode(Object value) {
    return codec.decodeFromWire(2, encode(ServiceMessage.of(value)));
  }

  /** Encodes the message between other bytes. */
  private Buffer encode(ServiceMessage message) {
    var wire = Buffer.buffer("ab");
    codec.encodeToWire(wire, message);
    return wire.appendString("after");
  }
}
