package main

import (
	"time"

	"go.mongodb.org/mongo-driver/bson"
)

type (
	none  = *struct{}
	empty = struct{}
	list  = []struct{}
)

// Sums are the amounts of a cart as a whole.
type Sums struct {
	Totals []TotalView `json:"totals"`
	DueNow DueNowView  `json:"dueNow"`
}

type DueNowView struct {
	Gross       Amount `json:"gross"`
	Adjustments Amount `json:"adjustments"`
	Payable     Amount `json:"payable"`
}

type TotalView struct {
	Total
	Phases []Phase `json:"phases"`
}

type PriceView struct {
	Price
	Phases []Phase `json:"phases"`
}

// Phase is what a price comes to in some periods; here it is the same in all.
type Phase struct {
	FromPeriod  int    `json:"fromPeriod"`
	Periods     *int   `json:"periods"`
	List        Amount `json:"list"`
	Net         Amount `json:"net"`
	Taxes       []Tax  `json:"taxes"`
	Gross       Amount `json:"gross"`
	Alterations bson.A `json:"alterations"`
}

type ItemView struct {
	Item
	Prices        []PriceView `json:"prices"`
	ParentID      none        `json:"parentId"`
	ProductID     none        `json:"productId"`
	Term          none        `json:"term"`
	AddedBy       none        `json:"addedBy"`
	Relationships list        `json:"relationships"`
	Notes         list        `json:"notes"`
	Overrides     list        `json:"overrides"`
	Promotions    list        `json:"promotions"`
}

type ContainerView struct {
	Container
	Notes list `json:"notes"`
}

// CartView is the whole cart as a reply shows it.
type CartView struct {
	Header
	Sums
	ID                  string          `json:"id"`
	Tenant              string          `json:"tenant"`
	Version             int             `json:"version"`
	Status              string          `json:"status"`
	Containers          []ContainerView `json:"containers"`
	Items               []ItemView      `json:"items"`
	Place               none            `json:"place"`
	MarketSegment       none            `json:"marketSegment"`
	Validity            none            `json:"validity"`
	Keys                empty           `json:"keys"`
	Attributes          empty           `json:"attributes"`
	Contacts            list            `json:"contacts"`
	Lock                none            `json:"lock"`
	FrozenUntil         none            `json:"frozenUntil"`
	SuppressAt          none            `json:"suppressAt"`
	AvailableCurrencies []string        `json:"availableCurrencies"`
	Adjustments         list            `json:"adjustments"`
	Promotions          list            `json:"promotions"`
	Vouchers            list            `json:"vouchers"`
	Warnings            bson.A          `json:"warnings"`
	LastUpdateReason    *string         `json:"lastUpdateReason"`
	Pricing             Pricing         `json:"pricing"`
	CreatedAt           time.Time       `json:"createdAt"`
	CreatedBy           *string         `json:"createdBy"`
	UpdatedAt           time.Time       `json:"updatedAt"`
	UpdatedBy           *string         `json:"updatedBy"`
}

func viewOf(cart *Cart) CartView {
	containers := make([]ContainerView, len(cart.Containers))
	for index, container := range cart.Containers {
		containers[index] = ContainerView{Container: container, Notes: list{}}
	}
	items := make([]ItemView, len(cart.Items))
	for index, item := range cart.Items {
		items[index] = itemView(item)
	}
	return CartView{
		Header: cart.Header, Sums: sumsOf(cart), ID: cart.CartID, Tenant: cart.Tenant, Version: cart.Version,
		Status: cart.Status, Containers: containers, Items: items, Contacts: list{},
		AvailableCurrencies: []string{cart.Header.Currency}, Adjustments: list{}, Promotions: list{}, Vouchers: list{},
		Warnings: cart.Warnings, LastUpdateReason: cart.LastUpdateReason, Pricing: cart.Pricing,
		CreatedAt: cart.Created.At, CreatedBy: cart.Created.By, UpdatedAt: cart.Updated.At, UpdatedBy: cart.Updated.By,
	}
}

func itemView(item Item) ItemView {
	prices := make([]PriceView, len(item.Prices))
	for index, price := range item.Prices {
		phase := Phase{1, nil, price.List, price.Net, price.Taxes, price.Gross, price.Alterations}
		prices[index] = PriceView{price, []Phase{phase}}
	}
	return ItemView{
		Item: item, Prices: prices, Relationships: list{}, Notes: list{}, Overrides: list{}, Promotions: list{},
	}
}

func sumsOf(cart *Cart) Sums {
	totals := make([]TotalView, len(cart.Totals))
	for index, row := range cart.Totals {
		totals[index] = TotalView{row, []Phase{{1, nil, row.List, row.Net, row.Taxes, row.Gross, bson.A{}}}}
	}
	due := cart.DueNow
	return Sums{totals, DueNowView{due.Gross, due.Adjustments, due.Gross - due.Adjustments}}
}
