package io.muster.runtime.cluster.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.muster.runtime.config.Secret;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class MemberHandshakeTest {
  private static final HandshakeKey KEY = new HandshakeKey(new Secret("one secret"), "muster");

  @Test
  void receive_sameSecret_completesBothSides() throws HandshakeException {
    var acceptor = new AcceptorHandshake(KEY);
    var connector = new ConnectorHandshake(KEY);

    var result = exchange(acceptor, connector);

    assertThat(acceptor.expectedBytes()).isZero();
    assertThat(result).hasSize(connector.expectedBytes());
    assertThat(connector.receive(result)).isEmpty();
    assertThat(connector.expectedBytes()).isZero();
  }

  @Test
  void receive_otherSecretOrName_isRefusedByTheAcceptorWithoutAProof() {
    for (var other :
        new HandshakeKey[] {
          new HandshakeKey(new Secret("another secret"), "muster"),
          new HandshakeKey(Secret.NONE, "muster"),
          new HandshakeKey(new Secret("one secret"), "another name")
        }) {
      assertThatThrownBy(() -> exchange(new AcceptorHandshake(KEY), new ConnectorHandshake(other)))
          .isInstanceOfSatisfying(
              HandshakeException.class,
              failure -> {
                assertThat(failure.reason()).isEqualTo(RejectionReason.SECRET);
                assertThat(failure.lastMessage()).isEqualTo(refusal());
              });
    }
  }

  @Test
  void receive_acceptorWithoutTheSecret_isRejectedByTheConnector() throws HandshakeException {
    var connector = new ConnectorHandshake(KEY);
    connector.receive(MemberHandshake.header());
    connector.receive(HandshakeKey.createNonce());

    assertThatThrownBy(() -> connector.receive(new byte[33]))
        .isInstanceOfSatisfying(
            HandshakeException.class,
            failure -> assertThat(failure.reason()).isEqualTo(RejectionReason.SECRET));
  }

  /**
   * An attacker without the secret cannot let one node compute the proof for another connection.
   */
  @Test
  void receive_proofOfTheOtherSide_isRefused() {
    var nonce = HandshakeKey.createNonce();

    assertThat(KEY.proof(ConnectionSide.ACCEPTOR, nonce, nonce))
        .isNotEqualTo(KEY.proof(ConnectionSide.CONNECTOR, nonce, nonce));
  }

  @Test
  void receive_answerToAnotherNonce_isRefused() throws HandshakeException {
    var connector = new ConnectorHandshake(KEY);
    connector.receive(MemberHandshake.header());
    var answer = connector.receive(HandshakeKey.createNonce());
    var acceptor = new AcceptorHandshake(KEY);
    acceptor.receive(Arrays.copyOf(answer, MemberHandshake.HEADER_BYTES));

    assertThatThrownBy(
            () ->
                acceptor.receive(
                    Arrays.copyOfRange(answer, MemberHandshake.HEADER_BYTES, answer.length)))
        .isInstanceOf(HandshakeException.class);
  }

  @Test
  void receive_otherProtocolOrVersion_isRejectedAtTheHeader() {
    for (var header : new byte[][] {{'H', 'Z', 'C', 4}, {'M', 'S', 'T', 2}, {'G', 'E', 'T', ' '}}) {
      assertThatThrownBy(() -> new AcceptorHandshake(KEY).receive(header))
          .isInstanceOfSatisfying(
              HandshakeException.class,
              failure -> assertThat(failure.reason()).isEqualTo(RejectionReason.PROTOCOL));
    }
  }

  /** Returns the result that the acceptor sends last. */
  private static byte[] exchange(AcceptorHandshake acceptor, ConnectorHandshake connector)
      throws HandshakeException {
    var challenge = acceptor.openingMessage();
    connector.receive(Arrays.copyOf(challenge, MemberHandshake.HEADER_BYTES));
    var response =
        connector.receive(
            Arrays.copyOfRange(challenge, MemberHandshake.HEADER_BYTES, challenge.length));
    acceptor.receive(Arrays.copyOf(response, MemberHandshake.HEADER_BYTES));
    return acceptor.receive(
        Arrays.copyOfRange(response, MemberHandshake.HEADER_BYTES, response.length));
  }

  private static byte[] refusal() {
    var refusal = new byte[1 + HandshakeKey.PROOF_BYTES];
    refusal[0] = MemberHandshake.REFUSED;
    return refusal;
  }
}
