package io.muster.api.listener;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Optional;

/**
 * Checks of the head of a request, in addition to those of the decoder. The decoder rejects lengths
 * that contradict each other or the transfer encoding, encodings other than chunked, invalid line
 * ends, and control characters.
 */
final class RequestHeadRules {
  private RequestHeadRules() {}

  /** Marks a head that breaks a rule as malformed, as the decoder marks others. */
  static void apply(HttpRequest request) {
    problem(request)
        .ifPresent(
            problem -> {
              request.setProtocolVersion(HttpVersion.HTTP_1_1);
              request.setDecoderResult(
                  DecoderResult.failure(new IllegalArgumentException(problem)));
            });
  }

  private static Optional<String> problem(HttpRequest request) {
    var version = request.protocolVersion();
    var isHttp11 = version.equals(HttpVersion.HTTP_1_1);
    if (!isHttp11 && !version.equals(HttpVersion.HTTP_1_0)) {
      return Optional.of(version + " is neither HTTP/1.1 nor HTTP/1.0");
    }
    var hostHeaders = request.headers().getAll(HttpHeaderNames.HOST).size();
    if (hostHeaders > 1 || (isHttp11 && hostHeaders == 0)) {
      return Optional.of(hostHeaders + " Host headers, expected one");
    }
    return Optional.empty();
  }
}
