package io.muster.runtime.cluster.bus;

import io.muster.runtime.config.Secret;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import javax.crypto.KeyAgreement;

/**
 * Derives a key pair on the curve P-256 from a secret: the same secret gives the same key pair on
 * every node. Java computes no public key from a private one; the agreement (ECDH) of the private
 * key with the generator of the curve is the x coordinate of the public key, and of the two points
 * that have it, the one that verifies a signature is the public key.
 */
final class DerivedKeyPair {
  private static final String SIGNATURE_ALGORITHM = "SHA256withECDSA";

  private static final String PURPOSE = "muster event bus key v1";
  private static final byte[] PROBE = {1};

  private final ECParameterSpec curve;
  private final KeyFactory keys;

  private DerivedKeyPair() throws GeneralSecurityException {
    var parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp256r1"));
    this.curve = parameters.getParameterSpec(ECParameterSpec.class);
    this.keys = KeyFactory.getInstance("EC");
  }

  static KeyPair of(Secret secret) throws GeneralSecurityException {
    return new DerivedKeyPair().derive(secret);
  }

  private KeyPair derive(Secret secret) throws GeneralSecurityException {
    var privateKey = keys.generatePrivate(new ECPrivateKeySpec(scalar(secret), curve));
    var agreement = KeyAgreement.getInstance("ECDH");
    agreement.init(privateKey);
    agreement.doPhase(keys.generatePublic(new ECPublicKeySpec(curve.getGenerator(), curve)), true);
    var x = new BigInteger(1, agreement.generateSecret());
    var y = findY(x);
    var candidate = publicKey(x, y);
    return new KeyPair(
        isPair(privateKey, candidate) ? candidate : publicKey(x, prime().subtract(y)), privateKey);
  }

  /** A number from 1 to the order of the curve - 1; 512 bits make all of them equally likely. */
  private BigInteger scalar(Secret secret) {
    var bytes = new byte[64];
    for (var half = 0; half < 2; half++) {
      var code = secret.mac(PURPOSE).doFinal(new byte[] {(byte) half});
      System.arraycopy(code, 0, bytes, half * code.length, code.length);
    }
    var max = curve.getOrder().subtract(BigInteger.ONE);
    return new BigInteger(1, bytes).mod(max).add(BigInteger.ONE);
  }

  /** Solves the equation of the curve, y² = x³ + ax + b; its prime is 3 modulo 4. */
  private BigInteger findY(BigInteger x) {
    var square = x.pow(3).add(curve.getCurve().getA().multiply(x)).add(curve.getCurve().getB());
    return square.modPow(prime().add(BigInteger.ONE).shiftRight(2), prime());
  }

  private BigInteger prime() {
    return ((ECFieldFp) curve.getCurve().getField()).getP();
  }

  private PublicKey publicKey(BigInteger x, BigInteger y) throws GeneralSecurityException {
    return keys.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), curve));
  }

  private static boolean isPair(PrivateKey privateKey, PublicKey publicKey)
      throws GeneralSecurityException {
    var signature = Signature.getInstance(SIGNATURE_ALGORITHM);
    signature.initSign(privateKey);
    signature.update(PROBE);
    var signed = signature.sign();
    signature.initVerify(publicKey);
    signature.update(PROBE);
    return signature.verify(signed);
  }
}
