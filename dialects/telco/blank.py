"""The names that each object of the document's sample cart has, with nothing under them: every object shows them all.

A list is empty where there is nothing, an object has its own names, anything else is null.
"""

from collections.abc import Mapping

from models.cart.forms import Document

Blank = Mapping[str, object]


def _names(*names: str, **parts: object) -> Blank:
    return {**dict.fromkeys(names), **parts}


_TYPED = ("@baseType", "@type", "@schemaLocation")
_ENTITY = ("href", *_TYPED, "@referredType")
_STAMPS = ("createdBy", "createdOn", "updatedBy", "updatedOn")


def filled(blank: Blank, *given: Mapping[str, object] | None) -> Document:
    """An object with all of its names: what is given, the later first, where it is given at all."""
    found: Document = dict(blank)
    for each in given:
        if each:
            found.update(each)
    return found


def is_blank(given: object, blank: object) -> bool:
    """Whether there is nothing in what is given but names of a blank."""
    if isinstance(blank, Mapping) and isinstance(given, Mapping):
        return all(name in blank and is_blank(value, blank[name]) for name, value in given.items())
    return given is blank or (given == [] and blank == ())


PERIOD = _names("endDateTime", "startDateTime")
NAMED = _names("id", "name", *_ENTITY)
CATEGORY = _names("id", "name", "version", *_ENTITY)
CHANNEL = _names("id", "name", "role", *_ENTITY)
PLACE = _names("id", "name", "role", "address", *_ENTITY)
PARTY = _names("id", "role", "name", *_ENTITY)
SIGNATURE = _names("contextSignature", "cartSignature")
DETAIL = _names("name", "value")
ATTRIBUTE = _names("name", "value", "valueType")
CHARACTERISTIC = _names("name", "valueType", "value", "action", *_TYPED)
CONTACT = _names("mediumType", *_TYPED, preferred=False, validFor=PERIOD)
CONTACT_PARTS = _names(
    "city",
    "country",
    "emailAddress",
    "faxNumber",
    "phoneNumber",
    "postCode",
    "stateOrProvince",
    "addressId",
    "street1",
    "street2",
    "contactType",
    "socialNetworkId",
    *_TYPED,
)
NOTE = _names("id", "author", "date", "text", *_TYPED, *_STAMPS)
DURATION = _names("amount", "units")
TERM = _names("name", "description", *_TYPED, duration=DURATION)
RELATIONSHIP = _names("id", "relationshipType", *_TYPED)
OFFERING = _names("id", "name", "version", "externalId", *_ENTITY, category=())
SPECIFICATION = _names("id", "version", "name", *_ENTITY, targetProductSchema=_names(*_TYPED))
PRODUCT = _names(
    "id",
    "description",
    "productLineCategory",
    "orderDate",
    "name",
    "productSerialNumber",
    "startDate",
    "terminationDate",
    "status",
    "parentBundleId",
    "portfolioId",
    *_ENTITY,
    isBundle=False,
    isCustomerVisible=False,
    billingAccount=NAMED,
    productOffering=OFFERING,
    productSpecification=SPECIFICATION,
    **dict.fromkeys(
        (
            "promotions",
            "product",
            "agreement",
            "place",
            "productCharacteristic",
            "productOrderItem",
            "productRelationship",
            "productPrice",
            "productTerm",
            "realizingResource",
            "realizingService",
            "relatedParty",
        ),
        (),
    ),
)
PRICE = _names("percentage", "taxRate", "actionCardinality", "taxAmount", *_TYPED)
TAX = _names(
    "id",
    "taxCategory",
    "taxRate",
    "taxAmount",
    "name",
    "displayName",
    "taxType",
    "definesExemption",
    "@baseType",
    "@type",
    validFor=PERIOD,
    additionalAttributes=(),
)
OFFSET = _names(
    "numberofBlock",
    "totalAllowanceSelectionCount",
    "discountType",
    "billingDiscountExternalRef",
    "discountValue",
    isCalenderBased=False,
    allowedDiscount=(),
)
ALTERATION = _names(
    "applicationDuration",
    "description",
    "name",
    "priceType",
    "priority",
    "recurringChargePeriod",
    "unitOfMeasure",
    "priceAlterationType",
    "referenceId",
    *_TYPED,
    productOfferingPrice=NAMED,
)
TOTAL_PRICE = _names(
    "name",
    "priceType",
    "recurringChargePeriod",
    "recurringChargePeriodLength",
    "offset",
    "description",
    "unitOfMeasure",
    "priceSubType",
    "agreementBased",
    *_TYPED,
    productOfferingPrice=NAMED,
    priceAlteration=(),
)
ITEM_PRICE = _names(
    *TOTAL_PRICE,
    "priceId",
    "isDownPaymentRequired",
    "minimumDownPaymentAmount",
    "isProrated",
    "isArrears",
    offsetParameter=OFFSET,
    productOfferingPrice=NAMED,
    priceAlteration=(),
    tax=(),
    itemPriceRelationship=(),
    validFor=PERIOD,
)
PRICE_CHANGE = _names(
    "priceType", "recurringChargePeriod", "changeType", "offset", "priceSubType", "changeInPrice", "agreementBased"
)
ACTION = _names(
    "id",
    "actionType",
    "actionValue",
    "actionObjectId",
    "actionCardinality",
    "priceType",
    "applicationDuration",
    "priority",
    "priceId",
    "recurringChargePeriodType",
    "maxActionValue",
    "cartItemId",
    "offerContainerId",
)
COUPON = _names("id", "code", coupon=False)
PROMOTION = _names(
    "id",
    "description",
    "name",
    "lifeCycleStatus",
    "internalLifecycleStatus",
    "type",
    "priority",
    "category",
    "signature",
    "promotionClassification",
    "promoApplicationLevel",
    "externalID",
    isCheckout=False,
    validFor=PERIOD,
    promotionAction=ACTION,
    coupon=COUPON,
)
OVERRIDE = _names(
    "priceSubType",
    "source",
    "id",
    "priceId",
    "priceType",
    "recurringChargePeriod",
    "offset",
    "type",
    "externalId",
    "actionType",
    "actionValue",
    "createdBy",
    "createdOn",
    validFor=PERIOD,
)
DOWN_PAYMENT = _names("downpaymentAmount", "itemPriceId")
_IN_ITEM = _names(
    "bundlePriceOption",
    *_TYPED,
    *_STAMPS,
    "priceSignature",
    "sku",
    repriceOnModify=False,
    downpayment=DOWN_PAYMENT,
    discountPeriod=(),
)
ITEM: Blank = {
    **_IN_ITEM,
    **dict.fromkeys(("note", "itemTerm", "cartItemRelationship", "additionalAttributes"), ()),
    "productOffering": OFFERING,
    "product": PRODUCT,
}
CONTAINER = _names("bundleOfferContainerId", *_STAMPS, category=CATEGORY, note=(), additionalAttributes=())
CART = _names(
    "emailAddress",
    "phoneNumber",
    "href",
    *_TYPED,
    signature=SIGNATURE,
    validFor=PERIOD,
    channel=CHANNEL,
    place=PLACE,
    marketSegment=NAMED,
    **dict.fromkeys(("contactMedium", "relatedParty", "additionalAttributes", "nonRecurringPriceAdjustment"), ()),
)
ADJUSTMENT = _names("id", "type", "name", "referenceId", "amount", details=())
