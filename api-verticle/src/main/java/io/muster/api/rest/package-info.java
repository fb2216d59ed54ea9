/**
 * The REST endpoints, in the envelope of gpuf-s: the operations of the OpenAPI document, the
 * document and its page.
 *
 * <p>May import: schema, bus, api.http, api.rest.response, api.rest.contract, api.rest.schema.
 */
@NullMarked
package io.muster.api.rest;

import org.jspecify.annotations.NullMarked;
