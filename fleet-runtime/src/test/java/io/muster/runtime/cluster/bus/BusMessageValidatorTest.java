package io.muster.runtime.cluster.bus;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.buffer.Buffer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BusMessageValidatorTest {
  private static final int HUGE = Integer.MAX_VALUE - 1024;

  @ParameterizedTest
  @ValueSource(ints = {9, 11, 12, 13, 14})
  void isValid_bodyWithLength_mustEndInTheMessage(int codec) {
    assertThat(isValid(codec, body -> text(body, "abc"))).isTrue();
    assertThat(isValid(codec, body -> body.appendInt(4).appendString("abc"))).isFalse();
    assertThat(isValid(codec, body -> body.appendInt(HUGE))).isFalse();
    assertThat(isValid(codec, body -> body.appendInt(-1))).isFalse();
    assertThat(isValid(codec, body -> {})).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 10})
  void isValid_bodyOfFixedSize_hasNoLength(int codec) {
    assertThat(isValid(codec, body -> body.appendLong(Long.MAX_VALUE))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 17, 18, 127, -2})
  void isValid_serializedObjectOrUnknownCodec_isFalse(int codec) {
    assertThat(isValid(codec, body -> text(body, "abc"))).isFalse();
  }

  @Test
  void isValid_codecOfTheProgram_hasAName() {
    assertThat(BusMessageValidator.isValid(named(body -> text(body, "muster.frame.v1")))).isTrue();
    assertThat(BusMessageValidator.isValid(named(body -> body.appendInt(HUGE)))).isFalse();
  }

  @Test
  void isValid_replyException_mayHaveAMessage() {
    assertThat(isValid(15, body -> failure(body, 0))).isTrue();
    assertThat(isValid(15, body -> text(failure(body, 1), "no such host"))).isTrue();
    assertThat(isValid(15, body -> failure(body, 1).appendInt(HUGE))).isFalse();
  }

  @Test
  void isValid_headers_mustFillTheirLength() {
    var entry = text(text(Buffer.buffer(), "key"), "value");
    assertThat(isValidHeaders(8 + entry.length(), 1, entry)).isTrue();
    assertThat(isValidHeaders(8 + entry.length(), 2, entry)).isFalse();
    assertThat(isValidHeaders(8 + entry.length() - 1, 1, entry)).isFalse();
    assertThat(isValidHeaders(HUGE, 1, entry)).isFalse();
    assertThat(isValidHeaders(3, 1, entry)).isFalse();
    assertThat(isValidHeaders(16, 1, Buffer.buffer().appendInt(HUGE).appendInt(0))).isFalse();
  }

  @Test
  void isValid_truncatedAnywhere_isFalse() {
    var message = message(9, body -> text(body, "abc"));
    for (var length = 0; length < message.readableBytes(); length++) {
      assertThat(BusMessageValidator.isValid(message.slice(0, length))).as("%s", length).isFalse();
    }
    assertThat(message.readerIndex()).isZero();
  }

  private static boolean isValid(int codec, Consumer<Buffer> body) {
    return BusMessageValidator.isValid(message(codec, body));
  }

  private static boolean isValidHeaders(int length, int count, Buffer entries) {
    var rest = start(0).appendInt(length).appendInt(count).appendBuffer(entries);
    return BusMessageValidator.isValid(finish(rest));
  }

  private static ByteBuf message(int codec, Consumer<Buffer> body) {
    var rest = start(codec).appendInt(4);
    body.accept(rest);
    return finish(rest);
  }

  private static ByteBuf named(Consumer<Buffer> name) {
    var rest = Buffer.buffer().appendByte((byte) 1).appendByte((byte) -1);
    name.accept(rest);
    rest.appendByte((byte) 0);
    return finish(addresses(rest).appendInt(4));
  }

  private static Buffer start(int codec) {
    var rest = Buffer.buffer().appendByte((byte) 1).appendByte((byte) codec).appendByte((byte) 0);
    return addresses(rest);
  }

  private static Buffer addresses(Buffer rest) {
    return text(text(text(rest, "address"), ""), "sender");
  }

  private static Buffer failure(Buffer body, int hasMessage) {
    return body.appendByte((byte) 0).appendInt(404).appendByte((byte) hasMessage);
  }

  private static Buffer text(Buffer buffer, String text) {
    return buffer.appendInt(text.length()).appendString(text);
  }

  private static ByteBuf finish(Buffer rest) {
    var message = Buffer.buffer().appendInt(rest.length()).appendBuffer(rest);
    return Unpooled.wrappedBuffer(message.getBytes());
  }
}
