// SPDX-License-Identifier: Apache-2.0
/** Random programs against an interpreter of their meaning. */
package io.millrace.core.property;
